package io.finward.proxy.treatment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderEditTest {
  private final HttpHeaders headers =
      new DefaultHttpHeaders().add("X-A", "one").add("X-A", "two, three").add("X-B", "b b");

  @Test
  void setReplacesAll() {
    new HeaderEdit.Assign("x-a", "new").apply(headers);
    assertThat(headers.getAll("X-A")).containsExactly("new");
  }

  @Test
  void appendPutsItBehindWhatIsThere() {
    new HeaderEdit.Append("X-A", "four").apply(headers);
    new HeaderEdit.Append("X-C", "first").apply(headers);
    assertThat(headers.getAll("X-A")).containsExactly("one, two, three, four");
    assertThat(headers.get("X-C")).isEqualTo("first");
  }

  @Test
  void mergeDoesNotRepeat() {
    new HeaderEdit.Merge("X-A", "three").apply(headers);
    assertThat(headers.getAll("X-A")).containsExactly("one", "two, three");
    new HeaderEdit.Merge("X-A", "four").apply(headers);
    assertThat(headers.getAll("X-A")).containsExactly("one, two, three, four");
  }

  @Test
  void addMakesOneMore() {
    new HeaderEdit.Add("X-B", "c").apply(headers);
    assertThat(headers.getAll("X-B")).containsExactly("b b", "c");
  }

  @Test
  void unsetTakesAllAway() {
    new HeaderEdit.Unset("X-A").apply(headers);
    assertThat(headers.contains("X-A")).isFalse();
  }

  @Test
  void editReplacesTheFirstOrAllInEachValue() {
    new HeaderEdit.Edit("X-B", Pattern.compile("(b)"), "<$1>", false).apply(headers);
    assertThat(headers.get("X-B")).isEqualTo("<b> b");
    new HeaderEdit.Edit("X-A", Pattern.compile("[aeiou]"), "", true).apply(headers);
    assertThat(headers.getAll("X-A")).containsExactly("n", "tw, thr");
    new HeaderEdit.Edit("X-C", Pattern.compile("x"), "y", true).apply(headers);
    assertThat(headers.contains("X-C")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"$2", "$", "a$b", "$12345678901"})
  void aReplacementNamesGroupsThatAreThere(String replacement) {
    Pattern pattern = Pattern.compile("(a)");
    assertThatThrownBy(() -> new HeaderEdit.Edit("X-A", pattern, replacement, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length", "transfer-encoding", "CONNECTION", "Host", "Upgrade"})
  void whatFramesAMessageIsNotTouched(String name) {
    assertThat(HeaderEdit.mayTouch(name)).isFalse();
    assertThat(HeaderEdit.mayTouch("X-" + name)).isTrue();
  }
}
