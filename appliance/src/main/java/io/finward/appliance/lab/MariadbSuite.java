package io.finward.appliance.lab;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of MariaDB's own regression tests (mariadb-test), by its own program, against a server on
 * another host ({@code --extern}): those that need not start the server themselves.
 */
final class MariadbSuite implements ForeignSuite {
  private static final String SUITE = "/usr/share/mysql/mysql-test";

  /** A line of mysql-test-run's report. */
  private static final Pattern RESULT =
      Pattern.compile("(?m)^main\\.(\\S+)[^\\[\\n]*\\[ (\\w+) \\]");

  private static final String TESTS =
      "bigint client client_xml delete_returning func_concat"
          + " func_des_encrypt func_digest func_encrypt_ucs2 func_equal func_extract func_if"
          + " func_int func_isnull func_op func_regexp func_replace func_rollback"
          + " func_sapdb func_set func_time_hires func_time_round func_timestamp group_by_null"
          + " group_min_max join_crash join_nested join_nested_jcl6 long_unique_delayed"
          + " long_unique_update long_unique_using_hash multi_update_tiny_hash"
          + " order_by-mdev-10122 order_fill_sortbuf prepare ps_10nestset ps_11bugs ps_3innodb"
          + " ps_ddl1 ps_missed_cmds_not_embedded sp-big ssl_8k_key ssl_and_innodb subselect2"
          + " subselect4 subselect-crash_15755 subselect_mat_cost subselect_nulls_innodb"
          + " subselect_sj2 type_time_hires type_timestamp_hires union_innodb";

  private MariadbSuite() {}

  static MariadbSuite create() {
    return new MariadbSuite();
  }

  @Override
  public String label() {
    return "mariadb";
  }

  @Override
  public void serve(Trial trial) throws IOException {
    // With the options that the suite's results were made with, and a stub of what only reads the
    // server's log.
    ForeignSuite.serve(
        trial,
        label(),
        3306,
        """
        cd @HERE@
        export TZ=GMT-3
        # Not /tmp: a server that starts clears the others' temporary tables away there.
        export TMPDIR=@HERE@/tmp
        mkdir -p var/mysqld.1 tmp
        { echo "[mysqld]"
          sed -n '/^\\[mysqld\\]/,/^\\[embedded\\]/p' @SUITE@/include/default_mysqld.cnf |
            grep -vE '^\\[|ENV|^#|^$|open-files'
          echo ssl-ca=@SUITE@/std_data/cacert.pem
          echo ssl-cert=@SUITE@/std_data/server-cert.pem
          echo ssl-key=@SUITE@/std_data/server-key.pem
        } >my.cnf
        cat >init.sql <<END
        CREATE USER root@'%';
        GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;
        CREATE DATABASE test;
        CREATE DATABASE mtr;
        CREATE PROCEDURE mtr.add_suppression(pattern TEXT) DO 0;
        END
        mariadb-install-db --no-defaults --user=root --datadir=@HERE@/var/mysqld.1/data --skip-test-db --auth-root-authentication-method=normal
        exec mariadbd --defaults-file=@HERE@/my.cnf --user=root --datadir=@HERE@/var/mysqld.1/data --socket=@HERE@/sock --bind-address=@HOST@ --port=3306 --pid-file=@HERE@/pid --secure-file-priv=@HERE@/var --skip-name-resolve --init-file=@HERE@/init.sql
        """
            .replace("@SUITE@", SUITE));
  }

  @Override
  public Map<String, String> run(Run run) throws IOException {
    Said said =
        run.shell(
            label(),
            """
            mkdir @HERE@/tmp
            cd %s
            perl mysql-test-run.pl --extern host=@HOST@ --extern port=3306 --extern user=root --vardir=@HERE@/var --tmpdir=@HERE@/tmp --force --max-test-fail=0 --parallel=1 --suite=main %s
            """
                .formatted(SUITE, TESTS));
    var results = new TreeMap<String, String>();
    Matcher line = RESULT.matcher(said.words());
    while (line.find()) {
      results.put(line.group(1), line.group(2).equals("pass") ? GOOD : line.group(2));
    }
    if (results.isEmpty()) {
      throw new IOException("mysql-test-run: " + said.words().strip());
    }
    return results;
  }
}
