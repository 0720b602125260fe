package dev.holdfast.server;

import dev.holdfast.HoldfastException;
import dev.holdfast.OutcomeUnknownException;
import dev.holdfast.Session;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.Subscription;
import dev.holdfast.server.protocol.ClientMessage.DispatchAction;
import dev.holdfast.server.protocol.Json;
import dev.holdfast.server.protocol.ServerMessage;
import dev.holdfast.server.protocol.ServerMessage.ErrorMessage;
import dev.holdfast.server.protocol.ServerMessage.InitialTree;
import dev.holdfast.server.protocol.ServerMessage.StatePatch;
import dev.holdfast.server.protocol.ServerMessage.StateUpdate;
import java.time.Duration;
import java.util.Optional;
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
  private final boolean patches;

  /**
   * Whether a look at the state is under way: the listener posts one task, however often called.
   */
  private final AtomicBoolean looking = new AtomicBoolean();

  private @Nullable Image<S> shown;
  private long revision;
  private boolean owed;
  private @Nullable Subscription subscription;

  private Attachment(
      Target target,
      StateRef<S> ref,
      StateImages images,
      Outlet outlet,
      Mailbox mailbox,
      boolean patches) {
    this.target = target;
    this.ref = ref;
    this.images = images;
    this.outlet = outlet;
    this.mailbox = mailbox;
    this.patches = patches;
  }

  /**
   * Attaches a session.
   *
   * @param patches whether the client understands changes of states
   * @throws HoldfastException if the session is not admitted
   */
  static Attachment<?> of(
      Target target,
      Session session,
      StateImages images,
      Outlet outlet,
      Mailbox mailbox,
      boolean patches) {
    return new Attachment<>(
        target, ref(session, target.module(), target.id()), images, outlet, mailbox, patches);
  }

  private static <S> StateRef<S> ref(Session session, StateModule<S> module, @Nullable String id) {
    return id == null ? session.ref(module) : session.ref(module, id);
  }

  /** The session's handle on what is shown. */
  StateRef<S> ref() {
    return ref;
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
    } else {
      outlet.skipped();
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
    boolean wasOwed = owed;
    owed = !outlet.isWritable();
    if (wasOwed && owed) {
      outlet.skipped();
    }
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
    Image<S> last = shown;
    if (last == null || !last.isOf(ref.module(), state)) {
      Image<S> image = images.of(ref.module(), state);
      shown = image;
      show(last, image);
    }
  }

  private void show(@Nullable Image<S> last, Image<S> image) {
    String module = ref.module().name();
    if (last == null) {
      outlet.send(new InitialTree(module, target.id(), image.json()));
      return;
    }
    Optional<Json> patch = patches ? image.patchFrom(last) : Optional.empty();
    boolean unchanged = patch.map(Json::isEmptyArray).orElseGet(() -> isSame(last, image));
    if (!unchanged) {
      long from = revision++;
      outlet.send(
          patch
              .<ServerMessage>map(p -> new StatePatch(module, target.id(), p, from, revision))
              .orElseGet(() -> new StateUpdate(module, target.id(), image.json(), revision)));
    }
  }

  private boolean isSame(Image<S> last, Image<S> image) {
    return last.json().equals(image.json());
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
