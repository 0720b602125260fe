package dev.holdfast.store;

/**
 * Says which live instance wrote a record and how far its changes go. A writer whose reply was lost
 * reads the record again: if the mark is its own, every change up to the sequence is stored.
 *
 * @param writer drawn at random for each live instance
 * @param sequence the number of the writer's newest change that the record holds, from 0
 */
public record WriterMark(long writer, long sequence) {}
