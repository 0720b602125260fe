package dev.holdfast.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.benchmarks.Measured.Question;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * One peer, in a process of its own: it says that it is ready, and then answers each line with one
 * of figures. It ends with its input.
 */
final class PeerMain {

  private static final long OFTEN = 1_000_000;

  private PeerMain() {}

  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err); // What libraries print is no answer.
    Measured peer =
        Setting.start(Peer.valueOf(args[0]), Path.of(args[2]), Integer.parseInt(args[1]));
    answers.println("0");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      answers.println(line(answer(peer, line.split(" "), answers)));
    }
    // Not closed: what it has not saved by now is of no interest, and may be a lot.
    Runtime.getRuntime().halt(0);
  }

  private static double[] answer(Measured peer, String[] words, PrintStream answers)
      throws Exception {
    return switch (words[0]) {
      case "run" -> new double[] {peer.run(Long.parseLong(words[1]))};
      case "run-telling" -> {
        tell(peer, answers);
        yield new double[] {peer.run(Long.parseLong(words[1]))};
      }
      case "follow" -> {
        peer.follow(Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray());
        yield new double[0];
      }
      case "answer" -> peer.answer(Question.valueOf(words[1]));
      default -> throw new IllegalArgumentException("Nobody knows the order " + words[0]);
    };
  }

  /** Says over and over how much is acknowledged, until the process is killed. */
  private static void tell(Measured peer, PrintStream answers) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              while (true) {
                LockSupport.parkNanos(OFTEN);
                try {
                  answers.println(line(peer.answer(Question.ACKNOWLEDGED)));
                } catch (Exception e) {
                  throw new IllegalStateException("What is acknowledged cannot be told", e);
                }
              }
            });
  }

  private static String line(double[] figures) {
    return Arrays.stream(figures).mapToObj(Double::toString).collect(Collectors.joining(" "));
  }
}
