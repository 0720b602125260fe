package dev.holdfast.server;

import dev.holdfast.HoldfastException;
import dev.holdfast.OutcomeUnknownException;
import dev.holdfast.Session;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.Subscription;
import dev.holdfast.server.protocol.ClientMessage.DispatchAction;
import dev.holdfast.server.protocol.ServerMessage;
import dev.holdfast.server.protocol.ServerMessage.ErrorMessage;
import dev.holdfast.server.protocol.ServerMessage.InitialTree;
import dev.holdfast.server.protocol.ServerMessage.StateUpdate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One instance as one connection sees it: what was shown last, and whether something newer is owed.
 * All methods run in the conversation's mailbox.
 *
 * @param <S> the state's type
 */
final class Attachment<S> {

  private static final Duration MOMENT = Duration.ofMillis(1);

  private final Target target;
  private final StateRef<S> ref;
  private final StateImages images;
  private final Outlet outlet;
  private final Mailbox mailbox;

  /**
   * Whether a look at the state is under way: the listener posts one task, however often called.
   */
  private final AtomicBoolean looking = new AtomicBoolean();

  private StateImages.@Nullable Image shown;
  private long revision;
  private boolean owed;
  private @Nullable Subscription subscription;

  private Attachment(
      Target target, StateRef<S> ref, StateImages images, Outlet outlet, Mailbox mailbox) {
    this.target = target;
    this.ref = ref;
    this.images = images;
    this.outlet = outlet;
    this.mailbox = mailbox;
  }

  /**
   * Attaches a session.
   *
   * @throws HoldfastException if the session is not admitted
   */
  static Attachment<?> of(
      Target target, Session session, StateImages images, Outlet outlet, Mailbox mailbox) {
    return new Attachment<>(
        target, ref(session, target.module(), target.id()), images, outlet, mailbox);
  }

  private static <S> StateRef<S> ref(Session session, StateModule<S> module, @Nullable String id) {
    return id == null ? session.ref(module) : session.ref(module, id);
  }

  Target target() {
    return target;
  }

  /**
   * Waits for the commit in flight, so that a client that comes back sees what it did before.
   *
   * @param patience for at most as long as this, but a moment at least
   */
  void settle(Duration patience) {
    try {
      ref.flush(patience.compareTo(MOMENT) < 0 ? MOMENT : patience);
    } catch (OutcomeUnknownException e) {
      // The commit hangs: the newest state that is safe to show is the one before it.
    } catch (HoldfastException e) {
      // Reading the state meets the same trouble and reports it.
    }
  }

  /** From now on the client is told of changes, beginning with those since it was shown a state. */
  void subscribe() {
    try {
      if (subscription == null) {
        subscription = ref.subscribe(state -> look());
      }
    } catch (HoldfastException e) {
      fail(e);
      return;
    }
    push();
  }

  private void look() {
    if (looking.compareAndSet(false, true)) {
      mailbox.post(this::push);
    }
  }

  /** Runs an action; never throws. */
  CompletableFuture<?> dispatch(DispatchAction action) {
    try {
      StateRef<S> once = action.id() == null ? ref : ref.withActionId(action.id());
      return action.payload() == null
          ? once.dispatchAsync(action.action())
          : once.dispatchAsync(action.action(), action.payload());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Whether there is a state to show as soon as the client keeps up. */
  boolean isOwed() {
    return owed;
  }

  /** Shows what is owed, if the client keeps up again. */
  void resume() {
    if (owed) {
      push();
    }
  }

  /**
   * Shows the newest state if it is not shown already. States in between are skipped: a client that
   * does not keep up is owed only the newest.
   */
  void push() {
    looking.set(false);
    if (shown != null && subscription == null) {
      return;
    }
    owed = !outlet.isWritable();
    if (!owed) {
      show();
    }
  }

  private void show() {
    S state;
    try {
      state = ref.state();
    } catch (HoldfastException e) {
      fail(e);
      return;
    }
    StateImages.Image last = shown;
    if (last == null || !last.isOf(state)) {
      StateImages.Image image = images.of(ref.module(), state);
      shown = image;
      if (last == null || !last.json().equals(image.json())) {
        outlet.send(message(last == null, image));
      }
    }
  }

  private ServerMessage message(boolean first, StateImages.Image image) {
    String module = ref.module().name();
    return first
        ? new InitialTree(module, target.id(), image.json())
        : new StateUpdate(module, target.id(), image.json(), ++revision);
  }

  private void fail(HoldfastException e) {
    outlet.send(new ErrorMessage(Failures.of(e), ref.module().name(), target.id(), null));
  }

  /** Ends the subscription. */
  void close() {
    if (subscription != null) {
      subscription.close();
    }
  }
}
