/** Tools for testing programs and stores: a clock, a faulty store and the contract of stores. */
module dev.holdfast.test {
  requires transitive dev.holdfast;
  requires transitive org.junit.jupiter.api;
  requires transitive org.assertj.core;
  requires static transitive org.jspecify;

  exports dev.holdfast.test;

  opens dev.holdfast.test to
      org.junit.platform.commons;
}
