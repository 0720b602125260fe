package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A state that answers the saver as a test says, and keeps what it was told. */
final class ScriptedState extends Savable {

  final List<String> told = new ArrayList<>();
  final List<Companion> companions = new ArrayList<>();
  CompletableFuture<Boolean> settled = new CompletableFuture<>();

  /** Whether it stays to be saved when it is rejected. */
  boolean stays;

  /** Whether an earlier write may be stored, until it has found out. */
  boolean inDoubt;

  /** Whether there is more to write once it is saved; asked once. */
  boolean more;

  final WriteBatch.Entry entry;

  /** What it gives to be written, null for nothing. */
  Supplier<WriteBatch.@Nullable Entry> gives;

  /** Runs while it is told that it is saved. */
  Runnable whenSaved = () -> {};

  private final StateKey key;

  ScriptedState(String id) {
    key = StateKey.keyed("Scripted", id);
    entry = new WriteBatch.Delete(key, Revision.NONE);
    gives = () -> entry;
  }

  @Override
  public StateKey key() {
    return key;
  }

  @Override
  protected WriteBatch.@Nullable Entry prepare() {
    return gives.get();
  }

  @Override
  protected List<Companion> companions() {
    return companions;
  }

  @Override
  protected boolean saved(Revision revision) {
    told.add("saved");
    whenSaved.run();
    boolean again = more;
    more = false;
    return again;
  }

  @Override
  protected CompletableFuture<Boolean> conflicted(Revision actual) {
    told.add("conflicted");
    return settled;
  }

  @Override
  protected boolean isInDoubt() {
    return inDoubt;
  }

  @Override
  protected CompletableFuture<Boolean> findOut() {
    told.add("finds out");
    inDoubt = false;
    return settled;
  }

  @Override
  protected boolean rejected(String reason) {
    told.add("rejected: " + reason);
    return stays;
  }

  @Override
  protected void failed() {
    told.add("failed");
  }

  @Override
  protected void withdrawn() {
    told.add("withdrawn");
  }
}
