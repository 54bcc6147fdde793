package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The gateway translates what it sends as well: the upstream legs are flows that can leak too. */
final class UpstreamNat implements Scenario {
  private static final int SESSIONS = 50;

  @Override
  public String label() {
    return "upstream-nat";
  }

  @Override
  public String summary() {
    return "the gateway's own SNAT, upstream entries vanish: late data and FINs arrive translated";
  }

  @Override
  public List<Variant> variants() {
    var variants = new ArrayList<>(Variant.bothFamilies(Interception.REDIRECT));
    // Not with IPv6: only nf_sk_lookup_slow_v4 asks conntrack for the address before SNAT, so that
    // the socket match knows no answer to a translated upstream leg of a client's address.
    variants.add(new Variant(Interception.TPROXY, AddressFamily.IPV4));
    return List.copyOf(variants);
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    translate(trial);
    trial.startProxy();
    EchoSessions sessions = EchoSessions.open(trial, SESSIONS, 80);
    forgetUpstream(trial);
    int alive = sessions.stillEcho();
    forgetUpstream(trial);
    int ended = sessions.end();

    Leaks leaks = trial.watch().leaks();
    NetworkNamespace server = trial.topology().server();
    long untranslated =
        NftListing.packets(
            server.run("nft", "list", "counter", "inet", "lab_upstream", "untranslated"));
    boolean passed = leaks.none() && untranslated == 0 && alive == SESSIONS && ended == SESSIONS;
    String note =
        "%d of %d sent on, %d ended, %d packets came untranslated"
            .formatted(alive, SESSIONS, ended, untranslated);
    return new Outcome(SESSIONS, 2 * SESSIONS, leaks, alive + ended, passed, note);
  }

  private static void translate(Trial trial) throws IOException {
    AddressFamily family = trial.family();
    String translated = family.gatewayTranslated();
    NetworkNamespace gateway = trial.topology().gateway();
    var address = new ArrayList<>(List.of("ip", "addr", "add"));
    address.addAll(List.of(translated + "/" + family.prefixLength(), "dev", "outside"));
    if (family == AddressFamily.IPV6) {
      address.add("nodad");
    }
    gateway.run(address.toArray(String[]::new));
    gateway.run(
        "nft",
        """
        table %s lab_snat {
          chain leaving {
            type nat hook postrouting priority srcnat;
            oifname outside meta l4proto tcp snat to %s
          }
        }
        """
            .formatted(family.nft(), translated));
    trial
        .topology()
        .server()
        .run(
            "nft",
            """
            table inet lab_upstream {
              counter untranslated { }
              chain arriving {
                type filter hook prerouting priority raw;
                meta l4proto tcp %s saddr != %s counter name untranslated
              }
            }
            """
                .formatted(family.nft(), translated));
  }

  /** Deletes the entries whose answers come to the translated address. */
  private static void forgetUpstream(Trial trial) throws IOException {
    String family = trial.family().label();
    String translated = trial.family().gatewayTranslated();
    trial.topology().gateway().run("conntrack", "-D", "-f", family, "-p", "tcp", "-q", translated);
  }
}
