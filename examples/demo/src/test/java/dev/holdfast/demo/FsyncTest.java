package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A kill leaves the page cache alive and proves no durability; the system calls do. */
final class FsyncTest {

  @TempDir Path folder;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void theLogIsSyncedBetweenAnActionAndItsReply() throws Exception {
    Path strace = Machine.require("strace");
    Path trace = folder.resolve("trace.txt");
    try (DemoProcess demo =
        DemoProcess.launch(
            folder,
            0,
            strace.toString(),
            "-f",
            "-y",
            "--seccomp-bpf",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            "signal=none",
            "-o",
            trace.toString())) {
      try (TestClient client = TestClient.connect(DemoProcess.socket(demo.port()), null, true)) {
        for (int i = 1; i <= 5; i++) {
          long before = syncs(trace);
          client.act("Counter", "increment", Map.of());
          assertThat(syncs(trace)).as("syncs of the log at reply %d", i).isGreaterThan(before);
        }
      }
    }
  }

  private static long syncs(Path trace) throws IOException {
    try (Stream<String> lines = Files.lines(trace)) {
      return lines.filter(line -> line.contains("sync(") && line.contains("-wal>")).count();
    }
  }
}
