package dev.holdfast.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What a run ran on. No names of hosts or folders: they say nothing about speed.
 *
 * @param facts one a line
 */
record Machine(List<String> facts) {

  private static final int FORCED = 200;
  private static final int BLOCK = 4_096;

  /**
   * This machine.
   *
   * @param folder on the disk that is measured
   */
  static Machine here(Path folder) throws IOException {
    List<String> facts = new ArrayList<>();
    facts.add(
        "%s, %d cores for the JVM"
            .formatted(processor(), Runtime.getRuntime().availableProcessors()));
    facts.add("%.1f GiB of memory".formatted(memory() / (double) (1 << 30)));
    facts.add(
        "%s on a disk with %s; 4 KiB forced to it take %,d µs (median of %d)"
            .formatted(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Files.getFileStore(folder).type(),
                force(folder),
                FORCED));
    facts.add(
        "%s %s, %s"
            .formatted(
                System.getProperty("java.vm.name"),
                System.getProperty("java.runtime.version"),
                ManagementFactory.getGarbageCollectorMXBeans().getFirst().getName()));
    facts.add(versions());
    facts.add("measured on " + LocalDate.now(ZoneOffset.UTC));
    return new Machine(facts);
  }

  String markdown() {
    return "## The machine\n\n- " + String.join("\n- ", facts) + "\n";
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return System.getProperty("os.arch");
    }
    return Files.readAllLines(info).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  /** Microseconds. */
  private static long force(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "force", ".bin");
    long[] took = new long[FORCED];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < FORCED; i++) {
        long begin = System.nanoTime();
        channel.write(ByteBuffer.allocate(BLOCK));
        channel.force(false);
        took[i] = (System.nanoTime() - begin) / 1_000;
      }
    }
    Arrays.sort(took);
    return took[FORCED / 2];
  }

  /** Of all that is measured, as the build knows them. */
  private static String versions() {
    Properties versions = new Properties();
    try (InputStream in = Machine.class.getResourceAsStream("versions.properties")) {
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("The versions cannot be read", e);
    }
    return versions.stringPropertyNames().stream()
        .sorted()
        .map(name -> name.replace('-', ' ') + " " + versions.getProperty(name))
        .collect(Collectors.joining(", "));
  }
}
