package io.finward.proxy.user;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.Md5Crypt;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.jspecify.annotations.Nullable;

/**
 * A password as {@code htpasswd} keeps it: bcrypt ({@code -B}), Apache's MD5 ({@code -m}), SHA-1
 * ({@code -s}), and crypt's SHA-256 and SHA-512 ({@code -2}, {@code -5}). Checking takes the same
 * time wherever the password differs; bcrypt takes milliseconds: not on an event loop.
 */
final class PasswordHash {
  private enum Scheme {
    BCRYPT,
    APR1,
    SHA1,
    SHA256,
    SHA512
  }

  /** As Apache's: what is past 72 bytes does not count. */
  private static final BCrypt.Verifyer BCRYPT =
      BCrypt.verifyer(
          BCrypt.Version.VERSION_2Y, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2Y));

  private final Scheme scheme;
  private final String stored;

  private PasswordHash(Scheme scheme, String stored) {
    this.scheme = scheme;
    this.stored = stored;
  }

  /** What a users' file has in its second field; null when it is of no known kind. */
  static @Nullable PasswordHash of(String stored) {
    if (stored.matches("\\$2[aby]\\$(0[4-9]|[12][0-9]|3[01])\\$[./A-Za-z0-9]{53}")) {
      return new PasswordHash(Scheme.BCRYPT, stored);
    }
    if (stored.matches("\\$apr1\\$[./A-Za-z0-9]{1,8}\\$[./A-Za-z0-9]{22}")) {
      return new PasswordHash(Scheme.APR1, stored);
    }
    if (stored.matches("\\{SHA}[+/A-Za-z0-9]{27}=")) {
      return new PasswordHash(Scheme.SHA1, stored);
    }
    if (stored.matches("\\$5\\$(rounds=[0-9]{4,9}\\$)?[./A-Za-z0-9]{1,16}\\$[./A-Za-z0-9]{43}")) {
      return new PasswordHash(Scheme.SHA256, stored);
    }
    if (stored.matches("\\$6\\$(rounds=[0-9]{4,9}\\$)?[./A-Za-z0-9]{1,16}\\$[./A-Za-z0-9]{86}")) {
      return new PasswordHash(Scheme.SHA512, stored);
    }
    return null;
  }

  boolean matches(String password) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    return switch (scheme) {
      case BCRYPT -> BCRYPT.verify(bytes, stored.getBytes(StandardCharsets.US_ASCII)).verified;
      case APR1 -> same(Md5Crypt.apr1Crypt(bytes, stored));
      case SHA1 -> same("{SHA}" + Base64.getEncoder().encodeToString(DigestUtils.sha1(bytes)));
      case SHA256 -> same(Sha2Crypt.sha256Crypt(bytes, stored));
      case SHA512 -> same(Sha2Crypt.sha512Crypt(bytes, stored));
    };
  }

  private boolean same(String computed) {
    return MessageDigest.isEqual(
        computed.getBytes(StandardCharsets.US_ASCII), stored.getBytes(StandardCharsets.US_ASCII));
  }
}
