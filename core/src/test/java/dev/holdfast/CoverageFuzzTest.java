package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same as {@link RecordFuzzTest}, led by what the code covers, in a process of its own. */
class CoverageFuzzTest {

  private static final String FUZZER = "com.code_intelligence.jazzer.Jazzer";
  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  private static final int SECONDS = Integer.getInteger("holdfast.fuzz.seconds", 240);

  @TempDir Path folder;

  @Test
  @Tag("nightly")
  @DisplayName(
      "hazards 18 and 22, R3: no input that a fuzzer finds does more than fail with a typed error")
  void noInputThatAFuzzerFindsBreaksTheCodec() throws Exception {
    assumeThat(CLASS_PATH).as("the fuzzer, which Maven brings").contains("jazzer");
    Path corpus = Files.createDirectory(folder.resolve("corpus"));
    for (String file :
        List.of("record-format-1.json", "order-1.json", "order-2.json", "order-3-unknown.json")) {
      plant(corpus.resolve(file), -128, GoldenFiles.read(file));
      String text = new String(GoldenFiles.read(file), StandardCharsets.UTF_8);
      String state = text.substring(text.indexOf("\"state\":") + 8, text.length() - 1);
      plant(corpus.resolve("state-" + file), 0, state.getBytes(StandardCharsets.UTF_8));
    }
    Path log = folder.resolve("log");
    Process fuzzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                CLASS_PATH,
                FUZZER,
                "--target_class=" + RecordFuzzTarget.class.getName(),
                "--instrumentation_includes=dev.holdfast.**",
                "-max_total_time=" + SECONDS,
                corpus.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(fuzzer.waitFor()).as(() -> tail(log)).isZero();
    assertThat(log).content().contains("Done ");
  }

  private static void plant(Path file, int choice, byte[] bytes) throws IOException {
    byte[] input = new byte[bytes.length + 1];
    input[0] = (byte) choice;
    System.arraycopy(bytes, 0, input, 1, bytes.length);
    Files.write(file, input);
  }

  private static String tail(Path log) {
    try {
      String text = Files.readString(log, StandardCharsets.ISO_8859_1);
      return text.substring(Math.max(0, text.length() - 4_000));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
