package io.finward.proxy.door;

import io.finward.proxy.access.Verdict;
import io.finward.proxy.header.PeerHeader;
import io.finward.proxy.http.Authority;
import io.finward.proxy.upstream.Destination;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Reached;
import io.finward.proxy.upstream.Reaching;
import io.finward.proxy.upstream.Routes;
import io.finward.proxy.upstream.Upstreams;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way to the destination of one exchange: straight, every address asked of the policy, or
 * through the parents that the routes name. The name is resolved before that where a rule or a
 * route wants to know the address; a parent gets the name all the same.
 */
final class Way implements Reaching {
  /** Connections that are there already. */
  @FunctionalInterface
  interface Waiting {
    /** There are none. */
    Waiting NONE = _ -> false;

    /**
     * Takes one for the exchange; then the way has ended, and nothing is told.
     *
     * @param parent through which it has to lead, which the policy has been asked about; null when
     *     straight to the destination, and then its address is still to be asked about
     * @return whether there was one
     */
    boolean take(@Nullable Parent parent);
  }

  private final ClientTalk talk;
  private final Exchange exchange;
  private final Authority to;
  private final Waiting waiting;
  private final Consumer<Reached> told;
  private @Nullable Reaching reaching;
  private boolean over;

  Way(ClientTalk talk, Exchange exchange, Authority to, Waiting waiting, Consumer<Reached> told) {
    this.talk = talk;
    this.exchange = exchange;
    this.to = to;
    this.waiting = waiting;
    this.told = told;
  }

  void begin() {
    Routes routes = talk.settings.routes().get();
    if (routes.routes().isEmpty()) {
      straight();
      return;
    }
    List<Parent> parents = routes.of(talk.request(exchange, to, null), false);
    Verdict verdict = talk.ask(exchange, to, null);
    if (parents == null || (!parents.isEmpty() && verdict instanceof Verdict.Resolve)) {
      upstreams()
          .resolve(to.host())
          .addListener((Future<List<InetAddress>> answer) ->
              resolved(answer.isSuccess() ? answer.getNow() : List.of()));
    } else {
      take(parents);
    }
  }

  @Override
  public void cancel() {
    over = true;
    Reaching running = reaching;
    if (running != null) {
      running.cancel();
    }
  }

  private Upstreams upstreams() {
    return talk.home.upstreams();
  }

  private void resolved(List<InetAddress> addresses) {
    if (over) {
      return;
    }
    // What cannot be resolved here the parent may resolve, unless a rule has to know.
    InetAddress first = addresses.isEmpty() ? null : addresses.getFirst();
    List<Parent> parents = talk.settings.routes().get().of(talk.request(exchange, to, first), true);
    if (parents == null || parents.isEmpty()) {
      straight();
      return;
    }
    Verdict refusal = refusal(addresses);
    if (refusal == null) {
      take(parents);
    } else {
      told.accept(new Reached.Refused(refusal));
    }
  }

  /** A parent may take any of the addresses: the policy must allow all of them. */
  private @Nullable Verdict refusal(List<InetAddress> addresses) {
    if (addresses.isEmpty()) {
      Verdict verdict = talk.ask(exchange, to, null);
      return switch (verdict) {
        case Verdict.Allow _ -> null;
        case Verdict.Resolve _ -> new Verdict.Deny("unresolved");
        case Verdict.Deny _, Verdict.Reset _, Verdict.Authenticate _, Verdict.Look _ -> verdict;
      };
    }
    for (InetAddress address : addresses) {
      Verdict verdict = talk.ask(exchange, to, address);
      if (!(verdict instanceof Verdict.Allow)) {
        return verdict instanceof Verdict.Resolve ? new Verdict.Deny("unresolved") : verdict;
      }
    }
    return null;
  }

  private void take(List<Parent> parents) {
    if (parents.isEmpty()) {
      straight();
    } else if (parents.stream().noneMatch(waiting::take)) {
      reaching = upstreams().through(parents, destination(), ends(), told);
    }
  }

  private void straight() {
    if (waiting.take(null)) {
      return;
    }
    reaching = upstreams().reach(destination(), address -> talk.ask(exchange, to, address), told);
  }

  /** For a parent that is told: the client has connected to us, and named a host. */
  private PeerHeader ends() {
    return new PeerHeader(talk.session.client(), talk.session.local());
  }

  private Destination destination() {
    boolean asHttp = exchange.protocol().startsWith("HTTP") && !"CONNECT".equals(exchange.method());
    boolean chained = Handling.of(talk, exchange, to, null).environment().chainAuth();
    return new Destination(
        to.host(),
        to.port(),
        asHttp,
        chained,
        chained ? exchange.requestHeader("Proxy-Authorization") : null);
  }
}
