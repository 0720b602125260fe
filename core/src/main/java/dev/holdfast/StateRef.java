package dev.holdfast;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The handle on one live instance. Cheap, immutable, safe for many threads, and worth keeping: it
 * finds the instance again when that has left memory.
 *
 * <p>"Acknowledged" means durable under {@link dev.holdfast.save.SavePolicy#committed()}: the
 * commit that covers the action is in the store, and so is everything that the action dispatched.
 * Under write-behind, and on an instance without a record, it means applied in memory.
 *
 * @param <S> the state's type
 */
public interface StateRef<S> {

  /** The module. */
  StateModule<S> module();

  /**
   * Runs an action and waits until it is acknowledged.
   *
   * @return the state that the action left
   * @throws UnknownActionException if the module has no such action
   * @throws PayloadException if the action needs a payload
   * @throws ActionFailedException if the action threw; it changed nothing
   * @throws ActionTimeoutException if the handler took too long and lost its turn
   * @throws LoadException if the state could not be loaded; nothing ran
   * @throws OverloadedException if too much is waiting already; nothing ran
   * @throws ConflictException if another writer changed the record first; the action is not stored
   * @throws OutcomeUnknownException if the commit did not come in time; the action may be stored,
   *     and asking again with the same {@linkplain #withActionId id} finds out
   * @throws CircularWaitException if the instance waits for this very caller
   * @throws ClosedException if the runtime is closed; nothing ran
   */
  S dispatch(String action);

  /**
   * The same with a payload: an object of the action's payload type, or a {@code JsonNode} that is
   * bound to it.
   *
   * @throws PayloadException if the payload does not bind
   */
  S dispatch(String action, @Nullable Object payload);

  /**
   * Runs an action and completes when it is acknowledged, or exceptionally with what {@link
   * #dispatch(String)} throws. Does not wait for the store or for other actions; a reducer that
   * finds the instance free may run on the calling thread. What depends on the future runs on the
   * runtime's executor. Actions dispatched one after the other through one session run in that
   * order.
   */
  CompletableFuture<S> dispatchAsync(String action);

  /** The same with a payload. */
  CompletableFuture<S> dispatchAsync(String action, @Nullable Object payload);

  /**
   * A handle whose next action is applied exactly once, however often it is dispatched with this
   * id: again after a lost reply, after a crash, on another runtime over the same store.
   *
   * @param id {@code client.n}: the client's random name and a number that rises by one with each
   *     action; an id of another form is a client of its own. At most 64 characters out of letters,
   *     digits, {@code _}, {@code -}, {@code :} and {@code .}. Ids belong to the session
   * @throws IllegalArgumentException if the id has another form
   */
  StateRef<S> withActionId(String id);

  /**
   * The newest state that is safe to show: committed, or acknowledged under write-behind. Waits for
   * the first load.
   *
   * @throws LoadException if the state could not be loaded
   */
  S state();

  /**
   * The newest state in memory, which a crash may still take back. Within this process only; show
   * {@link #state()} to people. Waits for the first load.
   *
   * @throws LoadException if the state could not be loaded
   */
  S latest();

  /**
   * Calls a listener after changes, with the newest {@link #state()} at the time of the call. Calls
   * never overlap, never go back, and skip states that were replaced before they could be shown.
   * They run on the runtime's executor, outside locks; what the listener throws is reported and
   * changes nothing. It is not called for the state at hand.
   */
  Subscription subscribe(Consumer<? super S> listener);

  /**
   * Waits until every change made so far is durable, also under write-behind.
   *
   * @throws OutcomeUnknownException if that did not happen within the acknowledgement time-out
   */
  void flush();

  /**
   * The same, with a time of its own: 1 ms or more.
   *
   * @throws OutcomeUnknownException if it did not happen within that
   */
  void flush(Duration within);
}
