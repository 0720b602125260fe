package dev.holdfast;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** The end of a record whose time is up: the hook sees the last state, then it is erased. */
final class Expiry {

  private Expiry() {}

  /**
   * The turn in which an instance expires; whatever runs after it runs on defaults.
   *
   * @param expires asked once more when the turn has come: a change may have prolonged its life, or
   *     the clock may have been set back
   * @param stays what follows if it does not expire after all
   */
  static <S> Turn<S> turn(
      Engine engine, Instance<S> instance, Predicate<Instance<S>> expires, Runnable stays) {
    AtomicBoolean does = new AtomicBoolean();
    StateModule<S> module = instance.module();
    String title = "onExpire of module " + module.name();
    var hook = module.hooks().onExpire();
    Turn<S> turn =
        Turn.handling(
            Turn.Kind.FAREWELL,
            title,
            context -> {
              does.set(expires.test(instance));
              if (hook != null && does.get()) {
                hook.handle(context);
              }
            },
            null,
            null);
    engine.after(
        turn.done,
        (state, error) -> {
          if (error != null && !(error instanceof LoadException)) {
            engine.reports.threw(title, error);
          }
          if (does.get()) {
            engine.after(
                instance.replacement().erase(true),
                (none, failure) -> {}); // Carried out whenever it can.
          } else {
            stays.run();
          }
        });
    return turn;
  }
}
