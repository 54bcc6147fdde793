package io.finward.appliance.lab;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A server and its clients as shell scripts. A test is good when its script ends with 0; what it
 * printed is a part of the result.
 *
 * @param server the script whose last command is the server
 * @param tests scripts by name, run in this order
 */
record CommandSuite(String label, int port, String server, Map<String, String> tests)
    implements ForeignSuite {
  private static final int MOST_WORDS = 300;

  @Override
  public void serve(Trial trial) throws IOException {
    ForeignSuite.serve(trial, label, port, server);
  }

  @Override
  public Map<String, String> run(Run run) throws IOException {
    var results = new LinkedHashMap<String, String>();
    for (Map.Entry<String, String> test : tests.entrySet()) {
      Said said = run.shell(label + "-" + test.getKey(), test.getValue());
      String words = said.words().strip().replace('\n', ' ');
      String cut = words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) : words;
      String how = said.code() == 0 ? GOOD : "exit " + said.code();
      results.put(test.getKey(), (how + " " + cut).strip());
    }
    return results;
  }

  /** Many bytes, each way and both, over one connection and several. */
  static CommandSuite iperf() {
    var tests = new LinkedHashMap<String, String>();
    String command = "iperf3 -c @HOST@ -n 100M %s >/dev/null";
    tests.put("up", command.formatted(""));
    tests.put("down", command.formatted("-R"));
    tests.put("both-ways", command.formatted("--bidir"));
    tests.put("parallel", command.formatted("-P 8"));
    tests.put("parallel-down", command.formatted("-P 8 -R"));
    tests.put("small-writes", "iperf3 -c @HOST@ -n 2M -l 100 -N >/dev/null");
    return new CommandSuite("iperf3", 5201, "exec iperf3 -s", tests);
  }

  /**
   * All of redis-benchmark's tests, pipelined and not; their names are compared, not the speed.
   *
   * @param requests of each test
   */
  static CommandSuite redis(int requests) {
    var tests = new LinkedHashMap<String, String>();
    String command = "redis-benchmark -h @HOST@ -n " + requests + " --csv %s | cut -d, -f1";
    tests.put("each", command.formatted("-c 20"));
    tests.put("pipelined", command.formatted("-c 20 -P 16"));
    tests.put("large", command.formatted("-c 5 -d 100000 -t set,get -n " + requests / 10));
    tests.put("connections", command.formatted("-k 0 -t ping"));
    return new CommandSuite(
        "redis",
        6379,
        "exec redis-server --bind @HOST@ --port 6379 --save '' --protected-mode no --dir @HERE@",
        tests);
  }

  /** Trees of files, there and back. */
  static CommandSuite rsync() {
    var tests = new LinkedHashMap<String, String>();
    tests.put(
        "get", "rsync -a rsync://@URL@/tree/ @HERE@/got/; diff -r @ALL@/rsync/tree @HERE@/got");
    tests.put(
        "put",
        """
        rsync -a @ALL@/rsync/tree/ rsync://@URL@/put/
        diff -r @ALL@/rsync/tree @ALL@/rsync/put
        """);
    tests.put(
        "update",
        """
        echo more >>@HERE@/got/file1
        rsync -ac --delete --stats rsync://@URL@/tree/ @HERE@/got/ | grep 'regular files transferred'
        diff -r @ALL@/rsync/tree @HERE@/got
        """);
    return new CommandSuite(
        "rsync",
        873,
        """
        cd @HERE@
        mkdir tree put
        for i in 1 2 3 4 5 6 7 8; do head -c ${i}000000 /dev/urandom >tree/file$i; done
        cat >rsyncd.conf <<END
        use chroot = no
        reverse lookup = no
        uid = root
        gid = root
        [tree]
        path = @HERE@/tree
        read only = yes
        [put]
        path = @HERE@/put
        read only = no
        END
        exec rsync --daemon --no-detach --config=@HERE@/rsyncd.conf
        """,
        tests);
  }

  /** A repository by git's own protocol. */
  static CommandSuite git() {
    var tests = new LinkedHashMap<String, String>();
    tests.put("clone", "git clone -q git://@URL@/origin.git clone; git -C clone rev-parse HEAD");
    tests.put(
        "push",
        """
        cd clone
        echo more >more; git add more
        git -c user.name=a -c user.email=a@example.org commit -q -m more --date 2026-01-01T00:00Z
        git push -q origin HEAD:refs/heads/b$$
        git ls-remote origin main
        """);
    tests.put("fetch", "cd clone; git fetch -q origin; git fsck --full --no-progress");
    return new CommandSuite(
        "git",
        9418,
        """
        cd @HERE@
        git init -q -b main work
        head -c 3000000 /dev/urandom >work/file
        git -C work add file
        git -C work -c user.name=a -c user.email=a@example.org commit -q -m one
        git clone -q --bare work origin.git
        exec "$(git --exec-path)/git-daemon" --base-path=@HERE@ --export-all --enable=receive-pack --reuseaddr --listen=@HOST@
        """,
        tests);
  }
}
