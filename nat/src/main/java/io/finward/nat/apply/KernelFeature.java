package io.finward.nat.apply;

/** What the rules need of a kernel, each with a rule that fails without it. */
public enum KernelFeature {
  /** nf_tables itself, family inet. */
  NF_TABLES("nf_tables", "CONFIG_NF_TABLES_INET", "add rule inet %1$s c accept"),
  /** Connection states in rules. */
  CONNTRACK("conntrack matches", "CONFIG_NFT_CT", "add rule inet %1$s c ct state invalid drop"),
  /** Timeout policies. */
  CT_TIMEOUT(
      "ct timeout",
      "CONFIG_NF_CONNTRACK_TIMEOUT",
      """
      table inet %1$s {
        ct timeout t {
          protocol tcp;
          l3proto ip;
          policy = { established : 60 };
        }
      }
      add rule inet %1$s c ct timeout set "t"\
      """),
  /** Event masks. */
  CT_EVENT("ct event", "CONFIG_NF_CONNTRACK_EVENTS", "add rule inet %1$s c ct event set destroy"),
  /** Conntrack labels. */
  CT_LABEL("ct label", "CONFIG_NF_CONNTRACK_LABELS", "add rule inet %1$s c ct label set 77"),
  /** REDIRECT. */
  REDIRECT(
      "redirect",
      "CONFIG_NFT_REDIR",
      """
      add chain inet %1$s n { type nat hook prerouting priority -100; }
      add rule inet %1$s n meta l4proto tcp redirect to :1\
      """),
  /** TPROXY. */
  TPROXY(
      "tproxy",
      "CONFIG_NFT_TPROXY",
      """
      add chain inet %1$s p { type filter hook prerouting priority -145; }
      add rule inet %1$s p ip daddr 192.0.2.1 tcp dport 1 tproxy ip to :1\
      """),
  /** The socket match. */
  SOCKET(
      "socket",
      "CONFIG_NFT_SOCKET",
      """
      add chain inet %1$s p { type filter hook prerouting priority -145; }
      add rule inet %1$s p socket transparent 1 socket wildcard 0 accept\
      """),
  /** Copies of packets. */
  LOG("log group", "CONFIG_NETFILTER_NETLINK_LOG", "add rule inet %1$s c log group 5"),
  /** Address types. */
  FIB("fib", "CONFIG_NFT_FIB_INET", "add rule inet %1$s c fib daddr type local accept"),
  /** RST as an answer. */
  REJECT("reject", "CONFIG_NFT_REJECT_INET", "add rule inet %1$s c reject with tcp reset"),
  /** Rate limits, also one for each source. */
  LIMIT(
      "limit",
      "CONFIG_NFT_LIMIT",
      """
      add set inet %1$s s { type ipv4_addr; flags dynamic,timeout; timeout 1s; size 16; }
      add rule inet %1$s c update @s { ip saddr limit rate 1/second }\
      """);

  private final String word;
  private final String option;
  private final String rule;

  KernelFeature(String word, String option, String rule) {
    this.word = word;
    this.option = option;
    this.rule = rule;
  }

  /** nft's word for it. */
  public String word() {
    return word;
  }

  /** The kernel's build option. */
  public String option() {
    return option;
  }

  /** What to load to see whether it is there: made and deleted in one transaction. */
  String probe(String table) {
    return "add table inet %1$s\nadd chain inet %1$s c\n%2$s\ndelete table inet %1$s\n"
        .formatted(table, rule.formatted(table));
  }
}
