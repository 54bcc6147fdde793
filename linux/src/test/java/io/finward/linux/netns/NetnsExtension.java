package io.finward.linux.netns;

import java.io.IOException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test method as many fresh network namespaces as it has parameters of type {@link
 * NetworkNamespace}, named after the parameters; JUnit's store closes them after the method.
 *
 * <p>On a machine that cannot make namespaces the class is skipped, or fails when the system
 * property {@code finward.netns} is {@code required}.
 */
public final class NetnsExtension implements BeforeAllCallback, ParameterResolver {
  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(NetnsExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    boolean available = NetworkNamespace.available();
    if (!available && "required".equals(System.getProperty("finward.netns"))) {
      throw new IllegalStateException(
          "network namespaces are required here, and this process may not make one (expected:"
              + " CAP_SYS_ADMIN and iproute2)");
    }
    Assumptions.assumeTrue(available, "needs CAP_SYS_ADMIN to make network namespaces");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == NetworkNamespace.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    try {
      NetworkNamespace namespace = NetworkNamespace.create(parameter.getParameter().getName());
      context.getStore(STORE).put(namespace, namespace);
      return namespace;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
