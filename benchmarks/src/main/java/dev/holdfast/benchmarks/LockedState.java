package dev.holdfast.benchmarks;

import java.util.concurrent.locks.ReentrantLock;

/** One state behind a lock that nobody else wants: the same function, called by one thread. */
final class LockedState extends Callers {

  private final ReentrantLock lock = new ReentrantLock();
  private volatile Profile profile;

  LockedState(int bytes) {
    super(1, 1, false);
    this.profile = Profile.sized(bytes);
  }

  @Override
  void act(int caller, int state) {
    lock.lock();
    try {
      profile = profile.visited();
    } finally {
      lock.unlock();
    }
  }

  @Override
  long stored() {
    return 0;
  }

  @Override
  public void close() {}
}
