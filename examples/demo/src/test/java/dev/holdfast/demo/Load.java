package dev.holdfast.demo;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Many {@link LoadClient}s at once. */
final class Load implements AutoCloseable {

  private final List<LoadClient> clients = new ArrayList<>();
  private final List<Future<?>> runs = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Starts the clients, and returns once each had an action acknowledged. */
  Load(URI uri, int count, long seed) throws Exception {
    for (int i = 0; i < count; i++) {
      LoadClient client = new LoadClient(uri, "c%d-%x".formatted(i, seed), seed + i);
      clients.add(client);
      runs.add(threads.submit(client));
    }
    for (int i = 0; i < count; i++) {
      awaitFirst(clients.get(i), runs.get(i));
    }
  }

  private static void awaitFirst(LoadClient client, Future<?> run) throws Exception {
    while (!client.awaitFirstAcknowledgement(1)) {
      if (run.isDone()) {
        run.get();
      }
    }
  }

  List<LoadClient> clients() {
    return clients;
  }

  /** Waits until every client is back. */
  void awaitConnected() {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> clients.stream().allMatch(LoadClient::isConnected));
  }

  /** Waits until every action sent is acknowledged. */
  void finish() throws Exception {
    clients.forEach(LoadClient::stop);
    for (Future<?> run : runs) {
      run.get(60, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
