package io.finward.appliance.apache.syntax;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which modules httpd has, as far as the configuration tells: those it loads, and what is usually
 * compiled in. A configuration that loads none is taken for a server with everything compiled in.
 */
public final class Modules {
  private static final Set<String> COMPILED_IN =
      Set.of("core", "so", "http", "http_core", "log_config", "logio", "version", "unixd");
  private static final String USUAL_MPM = "mpm_prefork";

  private final Set<String> loaded = new LinkedHashSet<>();

  Modules() {}

  void load(String name) {
    loaded.add(plain(name));
  }

  /** Whether the configuration loads a module. */
  public boolean loads(String name) {
    return loaded.contains(plain(name));
  }

  /**
   * Whether httpd has a module.
   *
   * @param name as {@code IfModule} has it: {@code proxy_module}, {@code mod_proxy.c}, {@code
   *     prefork.c}
   */
  boolean has(String name) {
    String module = plain(name);
    if (module.startsWith("mpm_")) {
      return loaded.stream().anyMatch(one -> one.startsWith("mpm_"))
          ? loaded.contains(module)
          : module.equals(USUAL_MPM);
    }
    return COMPILED_IN.contains(module) || loaded.isEmpty() || loaded.contains(module);
  }

  private static String plain(String name) {
    String module = Variables.folded(name);
    module = module.endsWith(".c") ? module.substring(0, module.length() - 2) : module;
    module = module.endsWith(".cpp") ? module.substring(0, module.length() - 4) : module;
    module = module.endsWith("_module") ? module.substring(0, module.length() - 7) : module;
    module = module.startsWith("mod_") ? module.substring(4) : module;
    return switch (module) {
      case "prefork", "worker", "event", "itk", "perchild", "winnt" -> "mpm_" + module;
      // What LoadModule calls them in 1.3 and 2.0.
      case "config_log" -> "log_config";
      default -> module;
    };
  }
}
