/** Holdfast: state that outlives reloads, lost connections, crashes and deploys. */
module dev.holdfast {
  requires jdk.jfr;
  requires org.slf4j;
  requires transitive tools.jackson.databind;
  requires static transitive org.jspecify;

  exports dev.holdfast;
  exports dev.holdfast.codec;
  exports dev.holdfast.local;
  exports dev.holdfast.save;
  exports dev.holdfast.store;
  exports dev.holdfast.time;
}
