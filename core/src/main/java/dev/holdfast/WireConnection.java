package dev.holdfast;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One link of a session on a wire. */
final class WireConnection implements SessionConnection {

  private final LiveSession session;
  private final boolean isNew;

  // Guarded by this object's monitor.
  private boolean open = true;
  private @Nullable Runnable onRotated;
  private final List<Contact<?>> contacts = new ArrayList<>(0);

  WireConnection(LiveSession session, boolean isNew) {
    this.session = session;
    this.isNew = isNew;
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public String token() {
    return session.credentials().token().text();
  }

  @Override
  public boolean isNew() {
    return isNew;
  }

  @Override
  public synchronized void onRotated(Runnable task) {
    if (open) {
      stopFollowing();
      onRotated = task;
      session.credentials().follow(task);
    }
  }

  private void stopFollowing() {
    if (onRotated != null) {
      session.credentials().unfollow(onRotated);
    }
  }

  @Override
  public void attach(StateRef<?> ref) {
    if (!(ref instanceof SessionRef<?> own) || !session.equals(own.binding().session())) {
      throw new IllegalArgumentException("The handle is not one of this session's: " + ref);
    }
    attach(own);
  }

  private <S> void attach(SessionRef<S> ref) {
    Contact<S> contact = ref.binding().contact();
    if (contact == null) {
      return;
    }
    boolean isBack = !isNew && session.hasMet(ref.module(), ref.instance());
    synchronized (this) {
      if (!open) {
        return;
      }
      contacts.add(contact);
    }
    Turn<S> back = contact.begin(isBack);
    if (back != null) {
      var unused = Ref.get(back.done.handle((state, error) -> Optional.empty()));
    }
  }

  @Override
  public void close() {
    List<Contact<?>> left;
    synchronized (this) {
      if (!open) {
        return;
      }
      open = false;
      stopFollowing();
      left = contacts;
    }
    left.forEach(Contact::end);
    session.disconnect();
  }
}
