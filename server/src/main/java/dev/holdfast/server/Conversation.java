package dev.holdfast.server;

import dev.holdfast.SessionConnection;
import dev.holdfast.server.protocol.ClientMessage.DispatchAction;
import dev.holdfast.server.protocol.ClientMessage.Hello;
import dev.holdfast.server.protocol.ClientMessage.Refused;
import dev.holdfast.server.protocol.ClientMessage.SubscribeState;
import dev.holdfast.server.protocol.Failure;
import dev.holdfast.server.protocol.ServerMessage.ActionResult;
import dev.holdfast.server.protocol.ServerMessage.ErrorMessage;
import dev.holdfast.server.protocol.ServerMessage.SessionAck;
import dev.holdfast.server.protocol.ServerMessage.SessionExpired;
import dev.holdfast.server.protocol.ServerMessage.SessionRotated;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The protocol's side of one connection.
 *
 * <p>The transport calls {@link #received}, {@link #writable}, {@link #helloOverdue} and {@link
 * #closed} from its own threads; none blocks. Everything they lead to runs in the mailbox, one
 * thing at a time, and may block there: frames in the order received, results of actions, changes
 * of states. Frames wait in {@link #waiting} while too many actions are without an answer, or come
 * too fast, so that results still get past them.
 */
final class Conversation {

  /** How long a client that comes back waits for commits in flight, all modules together. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The outcome of what went well, among the codes of failures. */
  static final String OK = "ok";

  private static final String KICKED = "kicked";

  private final Desk desk;
  private final Endpoint endpoint;
  private final Entrant entrant;
  private final Outlet outlet;
  private final Mailbox mailbox;
  private final Intake intake;
  private final int maxUnanswered;
  private final SignOfLife signs;
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  /** Nothing that the client sent is begun any more. */
  private volatile boolean ended;

  /** Nothing that arrives is taken any more, but what has arrived is done and answered. */
  private volatile boolean leaving;

  // Owned by the mailbox; another conversation that kicks this one reads the connection, which was
  // written before this one became known to it.
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private @Nullable SessionConnection connection;

  /** The token that the client was told. */
  private @Nullable String token;

  private @Nullable RemoteClient client;
  private List<Contacts.Place> places = List.of();
  private List<Attachment<?>> attachments = List.of();
  private int unanswered;
  private final Pace pace;
  private TimeSource.@Nullable Timer wake;

  /** Acknowledged actions whose state the client is owed, the oldest first. */
  private final Deque<Answer> late = new ArrayDeque<>();

  private record Answer(DispatchAction action, Attachment<?> shows) {}

  Conversation(Desk desk, Endpoint endpoint, Entrant entrant, Transport transport) {
    this.desk = desk;
    this.endpoint = endpoint;
    this.entrant = entrant;
    this.outlet = new Outlet(transport, desk.writer(), desk.meters());
    this.mailbox = new Mailbox(desk.threads(), this::failed);
    this.intake =
        new Intake(
            transport,
            desk.limits().of(Limit.MAX_QUEUED_FRAMES),
            2L * desk.limits().of(Limit.MAX_FRAME_BYTES));
    this.maxUnanswered = desk.limits().of(Limit.MAX_QUEUED_ACTIONS);
    this.pace = new Pace(desk.time(), desk.limits().of(Limit.MAX_ACTIONS_PER_SECOND));
    this.signs = new SignOfLife(desk.limits().time(Limit.IDLE_TIMEOUT), desk.time().instant());
  }

  /** Something came from the client, be it only the answer to a ping. */
  void heard() {
    signs.heard(desk.time().instant());
  }

  /** Asks a client that is silent for a sign of life, and ends it if it has given none. */
  void look(Instant now) {
    if (intake.isPaused()) {
      signs.heard(now); // nothing can be heard from whom nothing is read
    }
    switch (signs.look(now, outlet.isWritable())) {
      case FINE -> {}
      case ASK -> outlet.ping();
      case DEAD -> end(CloseCode.GOING_AWAY, "no sign of life");
      case STUCK -> end(CloseCode.TRY_LATER, "reading too slowly");
    }
  }

  /** A text message has arrived. */
  void received(byte[] frame) {
    if (leaving) {
      return; // The client sends it again where it comes back.
    }
    intake.arrived(frame.length);
    mailbox.post(
        () -> {
          waiting.add(frame);
          proceed();
        });
  }

  /** The client keeps up again. */
  void writable() {
    mailbox.post(
        () -> {
          attachments.forEach(Attachment::resume);
          answerLate();
          proceed();
          leaveWhenQuiet();
        });
  }

  /** The time for a hello is over; if it has arrived, this changes nothing. */
  void helloOverdue() {
    mailbox.post(
        () -> {
          if (connection == null) {
            end(CloseCode.PROTOCOL_ERROR, "no hello in time");
          }
        });
  }

  /**
   * The link is gone. What arrived before is still handled, except what waits for the answers of
   * too many actions.
   */
  void closed() {
    mailbox.post(this::leave);
  }

  /** Completes when the conversation has let go of its session. */
  CompletableFuture<Void> over() {
    return over;
  }

  /** The server stops: when all that has arrived is answered, the client is told. */
  void goAway() {
    leaving = true;
    mailbox.post(
        () -> {
          proceed(); // Also what came too fast: there will be no other time for it.
          leaveWhenQuiet();
        });
  }

  /** The server does not wait any longer. */
  void goAwayNow() {
    end(CloseCode.GOING_AWAY, "the server restarts, come back");
  }

  /** Completes when the client was told that the server stops, or is gone. */
  CompletableFuture<Void> quiet() {
    return quiet;
  }

  private void leaveWhenQuiet() {
    if (leaving && unanswered == 0) { // then nothing waits either
      goAwayNow();
      quiet.complete(null);
    }
  }

  /** Another connection takes this one's place: when this returns, the client has been told. */
  void kick() {
    ended = true;
    SessionConnection mine = connection;
    outlet.finish(
        mine == null ? null : new SessionExpired(mine.token(), KICKED), CloseCode.NORMAL, KICKED);
  }

  private void end(CloseCode code, String reason) {
    ended = true;
    outlet.finish(null, code, reason);
  }

  private void failed(Throwable thrown) {
    Failures.report("A connection failed", thrown);
    end(CloseCode.INTERNAL, "internal error");
  }

  private void proceed() {
    while (ended || unanswered < maxUnanswered) {
      byte[] frame = waiting.peek();
      if (frame == null || mustWait()) {
        return;
      }
      waiting.remove();
      intake.handled(frame.length);
      if (!ended) {
        handle(frame);
      }
    }
  }

  /** Whether the client goes too fast; then this goes on when it is time. */
  private boolean mustWait() {
    if (ended || leaving) {
      return false;
    }
    if (wake != null) {
      return true;
    }
    Duration wait = pace.take();
    if (!wait.isZero()) {
      wake = desk.time().schedule(wait, () -> mailbox.post(this::wakeUp));
    }
    return !wait.isZero();
  }

  private void wakeUp() {
    wake = null;
    proceed();
  }

  private void handle(byte[] frame) {
    switch (desk.reader().read(frame)) {
      case Hello hello -> greet(hello);
      case SubscribeState subscribe -> subscribe();
      case DispatchAction action -> dispatch(action);
      case Refused refused -> refuse(refused);
    }
  }

  private void greet(Hello hello) {
    if (connection != null) {
      error(new Failure(Failure.OUT_OF_TURN, "This connection has said hello already"));
      return;
    }
    Reception reception =
        new Reception(
            desk,
            endpoint,
            entrant,
            (target, session) ->
                Attachment.of(target, session, desk.images(), outlet, mailbox, hello.patches()));
    switch (reception.receive(hello)) {
      case Reception.Admitted admitted -> begin(admitted);
      case Reception.TurnedAway away -> {
        error(away.failure());
        if (away.close() != null) {
          end(away.close(), away.failure().code());
        }
      }
    }
  }

  private void begin(Reception.Admitted admitted) {
    SessionConnection mine = admitted.connection();
    connection = mine;
    List<Target> about = admitted.attachments().stream().map(Attachment::target).toList();
    List<Contacts.Place> claimed =
        desk.contacts().claim(mine.session().id(), about, admitted.byCookie(), this);
    if (claimed == null) {
      kick();
      return;
    }
    places = claimed;
    attachments = admitted.attachments();
    mine.onRotated(() -> mailbox.post(this::tellToken));
    token = mine.token();
    outlet.send(new SessionAck(token, admitted.isNew()));
    client = desk.hooks().connected(mine.session(), about, entrant, desk.time().instant());
    attachments.forEach(attachment -> mine.attach(attachment.ref()));
    long settledBy = System.nanoTime() + PATIENCE.toNanos();
    for (Attachment<?> attachment : attachments) {
      if (!mine.isNew()) {
        attachment.settle(Duration.ofNanos(settledBy - System.nanoTime()));
      }
      attachment.push();
    }
  }

  /** The client's token, if it has not been told of it. */
  private void tellToken() {
    String newest = connection == null || ended ? token : connection.token();
    if (newest != null && !newest.equals(token)) {
      token = newest;
      outlet.send(new SessionRotated(newest));
    }
  }

  private void subscribe() {
    if (connection == null) {
      error(noHello());
      return;
    }
    attachments.forEach(Attachment::subscribe);
  }

  private void dispatch(DispatchAction action) {
    if (connection == null) {
      answer(action, noHello());
      return;
    }
    Attachment<?> attachment = find(action);
    if (attachment == null) {
      answer(
          action,
          new Failure(Failure.UNKNOWN_MODULE, "This connection is not about the module named"));
      return;
    }
    unanswered++;
    Instant began = desk.time().instant();
    var unused =
        attachment
            .dispatch(action)
            .whenComplete(
                (state, thrown) -> mailbox.post(() -> settled(action, attachment, began, thrown)));
  }

  private @Nullable Attachment<?> find(DispatchAction action) {
    boolean unnamed = action.module().isEmpty() && action.instance() == null;
    boolean impliedInstance = endpoint.only() != null && action.instance() == null;
    for (Attachment<?> attachment : attachments) {
      Target target = attachment.target();
      if ((unnamed && attachments.size() == 1)
          || target.isNamed(action.module(), impliedInstance ? target.id() : action.instance())) {
        return attachment;
      }
    }
    return null;
  }

  private void settled(
      DispatchAction action, Attachment<?> attachment, Instant began, @Nullable Throwable thrown) {
    Failure failure = thrown == null ? null : Failures.of(thrown);
    desk.meters()
        .answered(
            attachment.target().module().name(),
            failure == null ? OK : failure.code(),
            Duration.between(began, desk.time().instant()));
    if (failure == null) {
      late.add(new Answer(action, attachment));
      if (!ended) {
        attachment.push();
      }
      answerLate();
    } else {
      unanswered--;
      if (!ended) {
        answer(action, failure);
      }
    }
    proceed();
    leaveWhenQuiet();
  }

  /**
   * The client sees what its action did before it hears that it is done. While it does not keep up,
   * both wait, and the action counts as unanswered.
   */
  private void answerLate() {
    while (!late.isEmpty() && (ended || !late.getFirst().shows().isOwed())) {
      Answer done = late.removeFirst();
      unanswered--;
      if (!ended) {
        answer(done.action(), null);
      }
    }
  }

  private void answer(DispatchAction action, @Nullable Failure failure) {
    if (action.id() != null) {
      outlet.send(new ActionResult(action.id(), failure));
    } else if (failure != null) {
      outlet.send(new ErrorMessage(failure, action.module(), action.instance(), action.action()));
    }
  }

  private void refuse(Refused refused) {
    if (refused.id() != null) {
      outlet.send(new ActionResult(refused.id(), refused.failure()));
    } else {
      error(refused.failure());
    }
  }

  private void error(Failure failure) {
    outlet.send(new ErrorMessage(failure, null, null, null));
  }

  private static Failure noHello() {
    return new Failure(Failure.OUT_OF_TURN, "The first message of a connection is hello");
  }

  /** Lets go of everything, whatever goes wrong with a part of it. */
  private void leave() {
    ended = true;
    quiet.complete(null);
    try {
      if (wake != null) {
        wake.close();
      }
      waiting.clear();
      late.clear();
      attachments.forEach(Attachment::close);
    } finally {
      desk.contacts().release(places, this);
      try {
        if (connection != null) {
          connection.close();
        }
      } finally {
        if (client != null) {
          desk.hooks().disconnected(client);
        }
        over.complete(null);
      }
    }
  }
}
