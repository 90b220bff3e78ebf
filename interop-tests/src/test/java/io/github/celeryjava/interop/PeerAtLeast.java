package io.github.celeryjava.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Leaves older peers out of an {@link EachPeer}: what the test shows came with this version. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface PeerAtLeast {

  /** The version, such as {@code 5.3}. */
  String value();
}
