package io.finward.appliance.apache;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Directives that no setting comes from: those that mean nothing here, and why others do not. */
final class Known {
  /** They are done while the configuration is read. */
  private static final Set<String> OBEYED =
      words(
          """
          Include IncludeOptional Define UnDefine LoadModule AddModule ClearModuleList LoadFile
          ServerRoot Use UndefMacro
          """);

  /**
   * They are about Apache's process, its own content, its modules, or a reverse proxy's backends.
   */
  private static final Set<String> MEANINGLESS =
      words(
          """
          AcceptFilter AcceptMutex AcceptPathInfo AccessConfig AccessFileName Action AddAlt
          AddAltByEncoding AddAltByType AddCharset AddDefaultCharset AddDescription AddEncoding
          AddHandler AddIcon AddIconByEncoding AddIconByType AddInputFilter AddLanguage
          AddModuleInfo AddOutputFilter AddOutputFilterByType AddType Alias AliasMatch
          AllowEncodedSlashes AllowOverride AllowOverrideList AsyncRequestWorkerFactor BindAddress
          BrowserMatch BrowserMatchNoCase BufferedLogs BufferSize CacheNegotiatedDocs CGIDScriptTimeout
          CGIPassAuth CGIVar CharsetDefault CharsetOptions CharsetSourceEnc CheckSpelling ContentDigest
          CookieDomain CookieExpires CookieName CookieStyle CookieTracking CoreDumpDirectory
          DAVLockDB Dav DavLockDB DavDepthInfinity DavMinTimeout DefaultIcon DefaultLanguage
          DefaultRuntimeDir DefaultType DeflateBufferSize DeflateCompressionLevel DeflateFilterNote
          DeflateMemLevel DeflateWindowSize DirectoryCheckHandler DirectoryIndex
          DirectoryIndexRedirect DirectorySlash DocumentRoot EnableMMAP EnableSendfile ErrorLog
          ErrorLogFormat ExpiresActive ExpiresByType ExpiresDefault ExtendedStatus FallbackResource
          FileETag FilterChain FilterDeclare FilterProtocol FilterProvider ForceLanguagePriority
          ForceType GracefulShutdownTimeout Group H2Direct H2Push HeaderName HostnameLookups
          IdentityCheck IdentityCheckTimeout ImapBase ImapDefault ImapMenu IndexHeadInsert IndexIgnore
          IndexIgnoreReset IndexOptions IndexOrderDefault IndexStyleSheet LanguagePriority
          ListenBackLog ListenCoresBucketsRatio LockFile LogLevel LogFormat MaxConnectionsPerChild
          MaxMemFree MaxRequestsPerChild MaxRequestsPerThread MaxSpareServers MaxSpareThreads
          MaxThreads MaxThreadsPerChild MergeSlashes MergeTrailers MetaDir MetaFiles MetaSuffix
          MimeMagicFile MinSpareServers MinSpareThreads ModMimeUsePathInfo MultiviewsMatch Mutex
          NameVirtualHost NumServers Options PassEnv PidFile Port Protocol Protocols ProtocolsHonorOrder
          ProxyAddHeaders ProxyPreserveHost ProxyStatus QualifyRedirectURL ReadmeName ReflectorHeader
          RegexDefaultOptions RemoveCharset RemoveEncoding RemoveHandler RemoveInputFilter
          RemoveLanguage RemoveOutputFilter RemoveType ResourceConfig
          RLimitCPU RLimitMEM RLimitNPROC RewriteBase RewriteLog RewriteLogLevel ScoreBoardFile Script
          ScriptAlias ScriptAliasMatch ScriptInterpreterSource ScriptLog ScriptLogBuffer
          ScriptLogLength ScriptSock SecureListen SeeRequestTail SendBufferSize ServerAdmin
          ServerAlias ServerLimit ServerName ServerPath ServerSignature ServerTokens ServerType
          SetEnv SetEnvIf SetEnvIfExpr SetEnvIfNoCase SetHandler SetInputFilter SetOutputFilter
          StartServers StartThreads StrictHostCheck SuexecUserGroup ThreadLimit ThreadsPerChild
          ThreadStackSize TraceEnable TypesConfig UnsetEnv UseCanonicalName UseCanonicalPhysicalPort
          User UserDir VirtualDocumentRoot VirtualScriptAlias WatchdogInterval Win32DisableAcceptEx
          XBitHack php_admin_flag php_admin_value php_flag php_value
          """);

  private static final Map<String, String> REASONS = new HashMap<>();

  static {
    String reverse = "reverse proxying: out of scope";
    for (String name :
        words(
            """
            ProxyPass ProxyPassMatch ProxyPassReverse ProxyPassReverseCookieDomain ProxyPassInherit
            ProxyPassReverseCookiePath ProxyPassInterpolateEnv BalancerMember BalancerGrowth
            BalancerInherit BalancerPersist ProxySet ProxyExpressEnable ProxyExpressDBMFile
            ProxyExpressDBMType ProxyHCExpr ProxyHCTemplate ProxyHCTPsize ProxyFCGIBackendType
            ProxyFCGISetEnvIf ProxySCGIInternalRedirect ProxySCGISendfile JkMount JkWorkersFile
            ProxyWebsocketFallbackToProxyHttp ProxyHTMLEnable
            """)) {
      REASONS.put(name, reverse);
    }
    String request = "no rule sets this for a request";
    because(request, "ProxyBadHeader ProxyIOBufferSize");
    because("an origin's error pages are passed on as they are", "ProxyErrorOverride");
    because("only where a section's requests can be told apart", "Header RequestHeader");
    because("bodies have no limit", "LimitRequestBody LimitXMLRequestBody");
    because("a connection may have any number of requests", "MaxKeepAliveRequests");
    because(
        "ftp:// is out of scope",
        "ProxyFtpDirCharset ProxyFtpEscapeWildcards ProxyFtpListOnWildcard");
    because(
        "URLs are not rewritten",
        "RewriteRule RewriteCond RewriteMap RewriteOptions RewriteEngine");
    because(
        "nobody is sent elsewhere",
        "Redirect RedirectMatch RedirectPermanent RedirectTemp RedirectRelative");
    because(
        "who the client is, the connection says",
        "RemoteIPHeader RemoteIPInternalProxy RemoteIPTrustedProxy");
    because(
        "see listeners[].proxy-protocol, which names who may send a header",
        "RemoteIPProxyProtocol");
    because(
        "this log has no counterpart", "CookieLog ForensicLog ScriptLog DumpIOInput DumpIOOutput");
    because("requests that can be understood in two ways always get 400", "HttpProtocolOptions");
    because(
        "users come from a file with Basic only",
        "AuthDigestProvider AuthDigestDomain AuthLDAPURL");
    because("no limit on bandwidth", "RateLimit");
  }

  private Known() {}

  static boolean isObeyed(String name) {
    return OBEYED.contains(name.toLowerCase(Locale.ROOT));
  }

  static boolean isMeaningless(String name) {
    return MEANINGLESS.contains(name.toLowerCase(Locale.ROOT))
        || name.toLowerCase(Locale.ROOT).startsWith("sslproxy");
  }

  /** Whether a directive only says what holds anyway. */
  static boolean isUsual(String name, String value) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "rewriteengine", "proxyerroroverride", "sslengine", "cachedisable" ->
          value.equals("off");
      case "proxymaxforwards" -> value.startsWith("-");
      case "limitrequestbody", "maxkeepaliverequests", "limitxmlrequestbody" -> value.equals("0");
      case "proxyreceivebuffersize" -> value.equals("0");
      case "httpprotocoloptions" -> !value.equals("unsafe");
      default -> false;
    };
  }

  /** Why a directive is not carried over. */
  static String reason(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    String known = REASONS.get(folded);
    return known == null ? byBeginning(folded) : known;
  }

  private static String byBeginning(String name) {
    if (name.startsWith("cache") || name.equals("nocache")) {
      return "caching is out of scope";
    }
    if (name.startsWith("auth")) {
      return "users come from a file with Basic only";
    }
    if (name.startsWith("ssl")) {
      return "clients do not speak TLS to the proxy";
    }
    if (name.startsWith("sec") || name.startsWith("modsec")) {
      return "no inspection of requests";
    }
    return "the importer does not know it";
  }

  private static void because(String reason, String names) {
    words(names).forEach(name -> REASONS.put(name, reason));
  }

  private static Set<String> words(String text) {
    return Arrays.stream(text.strip().toLowerCase(Locale.ROOT).split("\\s+", -1))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The name of a variable of the environment that mod_proxy looks at; null for another. */
  static @Nullable String proxyVariable(String word) {
    String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
    String folded = name.toLowerCase(Locale.ROOT);
    return folded.startsWith("proxy-")
            || folded.equals("force-proxy-request-1.0")
            || folded.equals("nokeepalive")
            || folded.equals("downgrade-1.0")
            || folded.equals("force-response-1.0")
        ? name
        : null;
  }
}
