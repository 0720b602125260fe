package dev.holdfast.codec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Keeps a record component or a field out of records, wherever in the state it stands: it is part
 * of the live state and is shown, but never saved, never restored, and never carried to another
 * key. A restored state has its default there; inside a list, what its type makes of a missing
 * member.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface Ephemeral {}
