package dev.holdfast;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.io.JsonStringEncoder;

/** Bytes that a record's content is made of are those that the JSON library would write. */
final class Utf8TextTest {

  private static String text(Utf8Text text) {
    byte[] bytes = new byte[text.length() + 1];
    text.copyTo(bytes, 1);
    return new String(bytes, 1, text.length(), UTF_8);
  }

  @Test
  @DisplayName("A6: numbers are written as they are, the least and the greatest too")
  void numbersAreDecimal() {
    LongStream powers = LongStream.iterate(1, n -> n * 10).limit(19);
    LongStream.concat(
            LongStream.of(0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1),
            powers.flatMap(n -> LongStream.of(n - 1, n, n + 1, -n, 1 - n)))
        .forEach(n -> assertThat(text(new Utf8Text(0).add(n))).isEqualTo(Long.toString(n)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s1/c-9", "a\"b", "back\\slash", "\n\u0000\u001f\u007f", "ü€", "\ud83d\ude00"})
  @DisplayName("A6: names of clients are quoted as the JSON library does it")
  void textIsQuoted(String name) {
    StringBuilder expected = new StringBuilder();
    JsonStringEncoder.getInstance().quoteAsString(name, expected);
    Utf8Text text = new Utf8Text(1).add('<').addQuoted(name).addQuoted(name).add('>');
    assertThat(text(text)).isEqualTo("<" + expected + expected + ">");
  }

  @Test
  @DisplayName("R3: a checksum has eight hexadecimal digits, with its leading zeros")
  void sumsAreHexadecimal() {
    byte[] target = "-12345678-".getBytes(US_ASCII);
    Utf8Text.putHex(0x1_00ab_cdefL, target, 1);
    assertThat(new String(target, US_ASCII)).isEqualTo("-00abcdef-");
    Utf8Text.putHex(0xffff_ffffL, target, 1);
    assertThat(new String(target, US_ASCII)).isEqualTo("-ffffffff-");
  }
}
