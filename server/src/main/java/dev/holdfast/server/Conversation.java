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
import java.time.Duration;
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
 * of states. Frames wait in {@link #waiting} while {@link #MAX_UNANSWERED} actions are without an
 * answer, so that results still get past them.
 */
final class Conversation {

  /** Law A6: a client holds at most this many unanswered actions. */
  static final int MAX_UNANSWERED = 64;

  /** How long a client that comes back waits for commits in flight, all modules together. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String KICKED = "kicked";

  private final Desk desk;
  private final Endpoint endpoint;
  private final Outlet outlet;
  private final Mailbox mailbox;
  private final Intake intake;
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  /** Nothing that the client sent is begun any more. */
  private volatile boolean ended;

  // Owned by the mailbox; another conversation that kicks this one reads the connection, which was
  // written before this one became known to it.
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private @Nullable SessionConnection connection;
  private Contacts.@Nullable Place place;
  private List<Attachment<?>> attachments = List.of();
  private int unanswered;

  /** Acknowledged actions whose state the client is owed, the oldest first. */
  private final Deque<Answer> late = new ArrayDeque<>();

  private record Answer(DispatchAction action, Attachment<?> shows) {}

  Conversation(Desk desk, Endpoint endpoint, Transport transport) {
    this.desk = desk;
    this.endpoint = endpoint;
    this.outlet = new Outlet(transport, desk.writer());
    this.mailbox = new Mailbox(desk.threads(), this::failed);
    this.intake =
        new Intake(transport, desk.limits().maxQueuedFrames(), 2L * desk.limits().maxFrameBytes());
  }

  /** A text message has arrived. */
  void received(byte[] frame) {
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
   * {@link #MAX_UNANSWERED} actions.
   */
  void closed() {
    mailbox.post(this::leave);
  }

  /** Completes when the conversation has let go of its session. */
  CompletableFuture<Void> over() {
    return over;
  }

  /** The server stops. */
  void goAway() {
    end(CloseCode.GOING_AWAY, "the server stops");
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
    while (ended || unanswered < MAX_UNANSWERED) {
      byte[] frame = waiting.poll();
      if (frame == null) {
        return;
      }
      intake.handled(frame.length);
      if (!ended) {
        handle(frame);
      }
    }
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
            (target, session) -> Attachment.of(target, session, desk.images(), outlet, mailbox));
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
    Contacts.Place wanted = Contacts.Place.of(mine.session().id(), endpoint);
    connection = mine;
    if (!desk.contacts().claim(wanted, this)) {
      kick();
      return;
    }
    place = wanted;
    attachments = admitted.attachments();
    outlet.send(new SessionAck(mine.token(), mine.isNew()));
    long settledBy = System.nanoTime() + PATIENCE.toNanos();
    for (Attachment<?> attachment : attachments) {
      if (!mine.isNew()) {
        attachment.settle(Duration.ofNanos(settledBy - System.nanoTime()));
      }
      attachment.push();
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
    var unused =
        attachment
            .dispatch(action)
            .whenComplete(
                (state, thrown) -> mailbox.post(() -> settled(action, attachment, thrown)));
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
      DispatchAction action, Attachment<?> attachment, @Nullable Throwable thrown) {
    if (thrown == null) {
      late.add(new Answer(action, attachment));
      if (!ended) {
        attachment.push();
      }
      answerLate();
    } else {
      unanswered--;
      if (!ended) {
        answer(action, Failures.of(thrown));
      }
    }
    proceed();
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
    try {
      waiting.clear();
      late.clear();
      attachments.forEach(Attachment::close);
    } finally {
      if (place != null) {
        desk.contacts().release(place, this);
      }
      try {
        if (connection != null) {
          connection.close();
        }
      } finally {
        over.complete(null);
      }
    }
  }
}
