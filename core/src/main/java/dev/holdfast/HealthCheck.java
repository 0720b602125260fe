package dev.holdfast;

import dev.holdfast.save.AutoSaver;
import dev.holdfast.save.SaverStatus;
import dev.holdfast.save.Trouble;
import dev.holdfast.store.StateKey.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks the savers how they stand. */
final class HealthCheck {

  private final Instances instances;
  private final List<Health.Store> stores = new ArrayList<>();
  private final List<Health.Degraded> degraded = new ArrayList<>();
  private int degradedInstances;

  private HealthCheck(Instances instances) {
    this.instances = instances;
  }

  static Health of(Instances instances) {
    HealthCheck check = new HealthCheck(instances);
    instances.eachStore(check::add);
    return new Health(check.stores, check.degraded, check.degradedInstances);
  }

  private void add(AutoSaver saver, Backlog backlog) {
    SaverStatus status = saver.status();
    Instant began = status.committingSince();
    boolean hangs =
        began != null
            && instances
                .engine()
                .time
                .instant()
                .minus(instances.engine().options.ackTimeout())
                .isAfter(began);
    Instant since = status.failingSince() == null && hangs ? began : status.failingSince();
    stores.add(
        new Health.Store(
            saver.name(),
            status.failures() == 0 && !hangs,
            status.failures(),
            Optional.ofNullable(since),
            Optional.ofNullable(status.lastCommit()),
            status.waiting() + status.inFlight(),
            backlog.bytes(),
            status.commits()));
    status.troubles().stream().map(HealthCheck::shown).forEach(degraded::add);
    degradedInstances += status.troubled();
  }

  private static Health.Degraded shown(Trouble trouble) {
    boolean secret = trouble.key().scope() == Scope.SESSION || isRow(trouble);
    return new Health.Degraded(
        isRow(trouble) ? "a session's row" : trouble.key().module(),
        secret ? Optional.empty() : Optional.of(trouble.key().id()),
        trouble.reason(),
        trouble.since());
  }

  private static boolean isRow(Trouble trouble) {
    return trouble.key().module().equals(SessionRow.MODULE.name());
  }
}
