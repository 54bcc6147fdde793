package io.finward.proxy.opening;

import io.finward.proxy.session.Heard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server name (RFC 6066, section 3) and the application protocols (RFC 7301) of a TLS
 * ClientHello (RFC 8446, section 4.1.2; older versions have the same form).
 */
final class ClientHello {
  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;
  private static final int HOST_NAME = 0;
  private static final int RANDOM = 32;
  private static final int LONGEST_SESSION_ID = 32;
  private static final int LONGEST_NAME = 253;
  private static final int MOST_PROTOCOLS = 16;

  /** Names as DNS has them, with the underscores that some hosts have. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");

  private ClientHello() {}

  /** What a whole ClientHello, its type and length left out, says. */
  static Heard read(Bytes hello) {
    hello.skip(2); // legacy_version
    hello.skip(RANDOM);
    int sessionId = hello.u8();
    hello.skip(sessionId);
    int ciphers = hello.u16();
    hello.skip(ciphers);
    int compressions = hello.u8();
    hello.skip(compressions);
    boolean odd =
        sessionId > LONGEST_SESSION_ID || ciphers == 0 || ciphers % 2 != 0 || compressions == 0;
    if (hello.bad() || odd) {
      return Heard.of(Heard.Protocol.MALFORMED);
    }
    if (!hello.more()) {
      return Heard.of(Heard.Protocol.TLS); // before RFC 3546 there were no extensions
    }
    Bytes extensions = hello.part(hello.u16());
    return hello.bad() || hello.more() ? Heard.of(Heard.Protocol.MALFORMED) : extended(extensions);
  }

  private static Heard extended(Bytes extensions) {
    Set<Integer> types = new HashSet<>();
    String name = null;
    List<String> protocols = List.of();
    boolean fits = true;
    while (extensions.more() && fits) {
      int type = extensions.u16();
      Bytes extension = extensions.part(extensions.u16());
      // RFC 8446, 4.2: not more than one of a type.
      fits = types.add(type);
      if (type == SERVER_NAME) {
        name = name(extension);
        fits &= name != null;
      } else if (type == ALPN) {
        List<String> offered = protocols(extension);
        fits &= offered != null;
        protocols = offered == null ? List.of() : offered;
      }
    }
    return extensions.bad() || !fits
        ? Heard.of(Heard.Protocol.MALFORMED)
        : new Heard(Heard.Protocol.TLS, name, protocols, null, null, Heard.Verified.UNASKED);
  }

  /** The one name there has to be; null when there is none or several. */
  private static @Nullable String name(Bytes extension) {
    Bytes list = extension.part(extension.u16());
    String name = null;
    while (list.more()) {
      int type = list.u8();
      String text = list.part(list.u16()).text().toLowerCase(Locale.ROOT);
      if (type == HOST_NAME) {
        if (name != null) {
          return null;
        }
        name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
      }
    }
    boolean fits = name != null && name.length() <= LONGEST_NAME && NAME.matcher(name).matches();
    return !fits || list.bad() || extension.bad() || extension.more() ? null : name;
  }

  /** The protocols; null when the list is malformed. */
  private static @Nullable List<String> protocols(Bytes extension) {
    Bytes list = extension.part(extension.u16());
    List<String> protocols = new ArrayList<>();
    while (list.more()) {
      String text = list.part(list.u8()).text();
      if (text.isEmpty()) {
        return null;
      }
      // Those that are text; GREASE (RFC 8701) is not.
      if (protocols.size() < MOST_PROTOCOLS && text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        protocols.add(text);
      }
    }
    return list.bad() || extension.bad() || extension.more() ? null : protocols;
  }
}
