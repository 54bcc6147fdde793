package io.finward.proxy.upstream;

import static io.finward.proxy.upstream.ScriptedNameServer.A;
import static io.finward.proxy.upstream.ScriptedNameServer.AAAA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.epoll.HalfCloseSafeEpoll;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.UsedSockets;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.upstream.ScriptedNameServer.Question;
import io.finward.proxy.upstream.ScriptedNameServer.Reply;
import io.finward.proxy.upstream.ScriptedNameServer.Told;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names, by a name server that answers as it is told, and connections to what it says (RFC 8305).
 * Nobody is at {@link #NOBODY} and {@link #NOBODY6}: what is sent there is lost.
 */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class NamesIT {
  private static final String HERE = "198.51.100.2";
  private static final String HERE6 = "2001:db8:2::2";
  private static final String NOBODY = "198.51.100.77";
  private static final String NOBODY6 = "2001:db8:2::77";
  private static final String SECOND_SERVER = "198.51.100.3";
  private static final int PORT = 80;

  /** More than this was not at once, on a busy machine too; less than one question's patience. */
  private static final Duration AT_ONCE = Duration.ofSeconds(2);

  @TempDir private Path folder;
  private NetworkNamespace ns;
  private MultiThreadIoEventLoopGroup loops;
  private IoEventLoop loop;
  private Reach.Means means;
  private Names names;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeEach
  void open(NetworkNamespace namespace) throws Exception {
    ns = namespace;
    for (String address : List.of(HERE, SECOND_SERVER, NOBODY, HERE6, NOBODY6)) {
      ns.run("ip", "addr", "add", address, "dev", "lo");
    }
    ns.run(
        "nft",
        """
        table inet lost {
          chain input {
            type filter hook input priority 0;
            ip daddr %s drop
            ip6 daddr %s drop
          }
        }
        """
            .formatted(NOBODY, NOBODY6));
    loops = new MultiThreadIoEventLoopGroup(1, ns.threadFactory(), HalfCloseSafeEpoll.newFactory());
    loop = loops.next();
    for (String address : List.of(HERE, HERE6)) {
      opened.add(ns.call(() -> new ServerSocket(PORT, 50, InetAddress.ofLiteral(address))));
    }
    use(new Hosts(folder.resolve("hosts"), 0), HERE);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable thing : opened) {
      thing.close();
    }
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void anAnswerIsRememberedForItsTtlAndNoLonger() throws Exception {
    ScriptedNameServer server = serve(_ -> Reply.of(Told.address("a.test", 1, HERE)));
    long start = System.nanoTime();

    assertThat(reach("a.test")).isEqualTo(HERE);
    assertThat(reach("A.TEST")).isEqualTo(HERE);
    assertThat(server.asked("a.test", A)).isEqualTo(1);

    await().until(() -> reach("a.test").equals(HERE) && server.asked("a.test", A) == 2);
    assertThat(since(start)).isGreaterThan(Duration.ofMillis(900));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void thatThereIsNothingIsRememberedAsWell(int code) throws Exception {
    ScriptedNameServer server = serve(_ -> Reply.code(code));

    assertThat(reach("no.test")).isEqualTo("no address");
    int questions = server.asked.size();
    assertThat(reach("no.test")).isEqualTo("no address");

    assertThat(server.asked).hasSize(questions);
    assertThat(server.asked("no.test", A)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {HERE, HERE6})
  void aNameMayHaveOneFamilyOnly(String only) throws Exception {
    serve(_ -> Reply.of(Told.address("one.test", 60, only)));

    assertThat(reach("one.test")).isEqualTo(only);
  }

  @Test
  void aDeadNameServerCostsOneQuestionItsTime() throws Exception {
    use(Hosts.SYSTEM, NOBODY, HERE);
    serve(question -> Reply.of(Told.address(question.name(), 60, HERE)));

    assertThat(reach("a.test")).isEqualTo(HERE);

    long start = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      assertThat(reach("b" + i + ".test")).isEqualTo(HERE);
    }
    assertThat(since(start)).isLessThan(AT_ONCE);
  }

  /** FORMERR, SERVFAIL, NOTIMP, REFUSED. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5})
  void aNameServerThatCannotAnswerIsPassedOver(int code) throws Exception {
    use(Hosts.SYSTEM, HERE, SECOND_SERVER);
    ScriptedNameServer first = serve(_ -> Reply.code(code));
    serve(SECOND_SERVER, question -> Reply.of(Told.address(question.name(), 60, HERE)));
    long start = System.nanoTime();

    assertThat(reach("a.test")).isEqualTo(HERE);

    assertThat(since(start)).isLessThan(AT_ONCE);
    assertThat(first.asked("a.test", A)).isEqualTo(1);
  }

  @Test
  void whatDoesNotFitADatagramComesByTcp() throws Exception {
    ScriptedNameServer server =
        serve(question ->
            question.tcp()
                ? Reply.of(Told.address("big.test", 60, HERE))
                : new Reply.Answer(0, true, List.of()));

    assertThat(reach("big.test")).isEqualTo(HERE);

    assertThat(server.asked).contains(new Question("big.test", A, true));
  }

  @Test
  void aliasesAreFollowedFromAnswerToAnswerAndWithinOne() throws Exception {
    serve(question -> {
      int at = question.name().equals("end.test") ? 8 : question.name().charAt(1) - '0';
      return switch (at) {
        case 8 -> Reply.of(Told.address("end.test", 60, HERE));
        case 5 ->
            Reply.of(
                Told.alias("c5.test", "c6.test"),
                Told.alias("c6.test", "end.test"),
                Told.address("end.test", 60, HERE));
        default -> Reply.of(Told.alias(question.name(), "c" + (at + 1) + ".test"));
      };
    });

    assertThat(reach("c0.test")).isEqualTo(HERE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void aliasesThatGoInCirclesAreNoAddress(int length) throws Exception {
    ScriptedNameServer server =
        serve(question -> {
          int next = (question.name().charAt(1) - '0' + 1) % length;
          return Reply.of(Told.alias(question.name(), "c" + next + ".test"));
        });
    long start = System.nanoTime();

    assertThat(reach("c0.test")).isEqualTo("no address");

    assertThat(since(start)).isLessThan(AT_ONCE);
    assertThat(server.asked.size()).isLessThanOrEqualTo(34);
  }

  @Test
  void forgedAnswersAreNotBelieved() throws Exception {
    serve(question ->
        new Reply.AfterForgeries(
            new Reply.Answer(0, false, List.of(Told.address(question.name(), 60, HERE)))));

    assertThat(reach("true.test")).isEqualTo(HERE);
  }

  /** DNS rebinding: each reach dials what it has asked the policy about, and asks anew. */
  @Test
  void aNameThatTurnsToLoopbackIsRefused() throws Exception {
    AtomicInteger answers = new AtomicInteger();
    serve(question ->
        question.type() == AAAA
            ? Reply.of()
            : Reply.of(
                Told.address(
                    question.name(), 0, answers.getAndIncrement() == 0 ? HERE : "127.0.0.1")));

    assertThat(reach("re.test")).isEqualTo(HERE);
    assertThat(reach("re.test")).isEqualTo("refused: loopback");
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "::ffff:127.0.0.1", "127.8.8.8"})
  void loopbackInDisguiseIsRefused(String address) throws Exception {
    serve(_ -> Reply.of(Told.address("in.test", 60, address)));

    assertThat(reach("in.test")).isEqualTo("refused: loopback");
  }

  @Test
  void ofSeveralAddressesThoseThatMayBeDialledAre() throws Exception {
    serve(_ -> Reply.of(Told.address("some.test", 60, "::1"), Told.address("some.test", 60, HERE)));

    assertThat(reach("some.test")).isEqualTo(HERE);
  }

  @Test
  void theHostsFileComesFirstAndIsReadAgain() throws Exception {
    Path file = Files.writeString(folder.resolve("hosts"), HERE + " Local.test alias # x\n");
    use(new Hosts(file, 0), HERE);
    ScriptedNameServer server = serve(_ -> Reply.code(3));

    assertThat(reach("local.test")).isEqualTo(HERE);
    assertThat(reach("ALIAS")).isEqualTo(HERE);
    assertThat(reach("later.test")).isEqualTo("no address");
    // Another IPv6 address in DNS is none of this name's.
    assertThat(server.asked("local.test", AAAA)).isZero();

    Files.writeString(file, HERE6 + " later.test\n");
    await().until(() -> reach("later.test").equals(HERE6));
    await().until(() -> reach("local.test").equals("no address"));
  }

  /** RFC 8305, section 5: 250 ms, not the kernel's two minutes. */
  @Test
  void brokenIpv6CostsAQuarterOfASecond() throws Exception {
    serve(
        _ -> Reply.of(Told.address("both.test", 60, NOBODY6), Told.address("both.test", 60, HERE)));
    long start = System.nanoTime();

    assertThat(reach("both.test")).isEqualTo(HERE);

    assertThat(since(start)).isBetween(Duration.ofMillis(240), AT_ONCE);
  }

  @Test
  void ipv6IsPreferred() throws Exception {
    serve(_ -> Reply.of(Told.address("six.test", 60, HERE), Told.address("six.test", 60, HERE6)));

    assertThat(reach("six.test")).isEqualTo(HERE6);
  }

  /** RFC 8305, section 3: the other family's answer is waited for 50 ms, not for ever. */
  @ParameterizedTest
  @ValueSource(ints = {A, AAAA})
  void oneFamilysSilenceDoesNotHoldUpTheOther(int silent) throws Exception {
    String said = silent == A ? HERE6 : HERE;
    serve(question ->
        question.type() == silent
            ? new Reply.Silence()
            : Reply.of(Told.address("slow.test", 60, said)));
    long start = System.nanoTime();

    assertThat(reach("slow.test")).isEqualTo(said);

    assertThat(since(start)).isLessThan(AT_ONCE);
  }

  /** The first family's addresses are dead, and the other's come late: they are still dialled. */
  @Test
  void aLateAnswerIsStillUsed() throws Exception {
    use(Hosts.SYSTEM, HERE, SECOND_SERVER);
    serve(question ->
        question.type() == A
            ? Reply.of(Told.address("late.test", 60, NOBODY))
            : new Reply.Silence());
    serve(SECOND_SERVER, _ -> Reply.of(Told.address("late.test", 60, HERE6)));

    assertThat(reach("late.test")).isEqualTo(HERE6);
  }

  @Test
  void ofManyAddressesSixteenAreDialled() throws Exception {
    serve(question ->
        !question.tcp()
            ? new Reply.Answer(0, true, List.of())
            : Reply.of(
                Stream.concat(
                        IntStream.range(0, 100).mapToObj(i -> "198.51.100.2"),
                        IntStream.range(1, 250).mapToObj(i -> "127.0.2." + i))
                    .map(address -> Told.address("many.test", 60, address))
                    .toArray(Told[]::new)));
    long before = activeOpens();

    // Nobody listens there.
    assertThat(reach("many.test", 81, _ -> new Verdict.Allow())).isEqualTo("failed");

    // Two of them ask the name server.
    assertThat(activeOpens() - before).isBetween(16L, 18L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a..test", "-", "xn--a.test", "very.long"})
  void namesThatCannotBeAskedForAreNoAddress(String name) throws Exception {
    serve(_ -> Reply.code(3));
    String asked = name.equals("very.long") ? "l".repeat(64) + "." + "n.".repeat(120) : name;

    assertThat(reach(asked)).isEqualTo("no address");
  }

  @Test
  void allAddressesOfANameAreToldTogether() throws Exception {
    serve(_ -> Reply.of(Told.address("b.test", 60, HERE), Told.address("b.test", 60, HERE6)));
    var all = new CompletableFuture<List<InetAddress>>();

    loop.execute(() -> names.resolve("b.test").addListener(it -> all.complete(now(it))));

    assertThat(all.get(10, TimeUnit.SECONDS))
        .containsExactly(InetAddress.ofLiteral(HERE6), InetAddress.ofLiteral(HERE));
  }

  @SuppressWarnings("unchecked")
  private static List<InetAddress> now(io.netty.util.concurrent.Future<?> future) {
    return (List<InetAddress>) future.getNow();
  }

  private void use(Hosts hosts, String... servers) {
    List<InetSocketAddress> at =
        Stream.of(servers).map(it -> new InetSocketAddress(InetAddress.ofLiteral(it), 53)).toList();
    LoopMemory memory = new LoopMemory();
    names = Names.cached(loop, at, hosts);
    means =
        new Reach.Means(
            loop,
            memory,
            new Dialer(memory, new UsedSockets(loop, 0), new DialSettings(0, false)),
            names,
            Duration.ofSeconds(20),
            Leg.PLAIN);
  }

  private ScriptedNameServer serve(Function<Question, Reply> script) throws IOException {
    return serve(HERE, script);
  }

  private ScriptedNameServer serve(String address, Function<Question, Reply> script)
      throws IOException {
    ScriptedNameServer server = new ScriptedNameServer(ns, address, script);
    opened.add(server);
    return server;
  }

  private String reach(String host) throws Exception {
    return reach(host, PORT, NamesIT::noLoopback);
  }

  /** The address that was connected to, or why none was. */
  private String reach(String host, int port, Function<InetAddress, Verdict> policy)
      throws Exception {
    var reached = new CompletableFuture<String>();
    loop.execute(() ->
        new Reach(
                means,
                policy,
                it -> {
                  if (it instanceof Reached.Connected connected) {
                    connected.socket().close();
                  }
                  reached.complete(word(it));
                })
            .begin(host, port));
    return reached.get(30, TimeUnit.SECONDS);
  }

  private static String word(Reached reached) {
    return switch (reached) {
      case Reached.Connected connected ->
          io.netty.util.NetUtil.toAddressString(connected.remote().getAddress());
      case Reached.Refused(Verdict.Deny deny) -> "refused: " + deny.rule();
      case Reached.Refused other -> other.toString();
      case Reached.NoAddress _ -> "no address";
      case Reached.Failed _ -> "failed";
      case Reached.ByParent parent -> parent.toString();
    };
  }

  private static Verdict noLoopback(InetAddress address) {
    return address.isLoopbackAddress() ? new Verdict.Deny("loopback") : new Verdict.Allow();
  }

  private long activeOpens() throws IOException {
    List<String> tcp =
        ns.run("cat", "/proc/net/snmp").lines().filter(it -> it.startsWith("Tcp:")).toList();
    int at = List.of(tcp.getFirst().split(" ", -1)).indexOf("ActiveOpens");
    return Long.parseLong(tcp.get(1).split(" ", -1)[at]);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
