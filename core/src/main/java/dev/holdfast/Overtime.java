package dev.holdfast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the watchdog finds at an instance that has taken too long (law A7). Turns that wait too long
 * for their commit are answered; they stay applied. A reducer that runs for too long loses its
 * turn, like a handler: others go on. Where every thread for turns is occupied, what waits for one
 * is not run.
 */
record Overtime<S>(@Nullable Turn<S> stuck, List<Turn<S>> stalled, List<Turn<S>> late) {

  /** Takes it out, with the instance's lock held. */
  static <S> Overtime<S> take(
      Mailbox<S> mailbox, Acknowledgements<S> acknowledgements, int now, int before) {
    Turn<S> stuck = mailbox.takeStuck(before);
    List<Turn<S>> stalled =
        mailbox.isFree() ? mailbox.takeStalled(now, before) : List.<Turn<S>>of();
    return new Overtime<>(stuck, stalled, acknowledgements.takeLate(before, !mailbox.isIdle()));
  }

  /** Tells who waits, without the lock. */
  void tell(Engine engine, Instance<S> instance, Acknowledgements<S> acknowledgements) {
    Turn<S> lost = stuck;
    if (lost != null) {
      engine.steps.execute(
          () -> {
            lost.fail(
                new ActionTimeoutException(
                    "%s took longer than %s and lost its turn"
                        .formatted(lost.title, engine.options.ackTimeout())));
            engine.executor.execute(instance::drain);
          });
    }
    acknowledgements.tellLate(late);
    acknowledgements.tellStalled(stalled);
  }
}
