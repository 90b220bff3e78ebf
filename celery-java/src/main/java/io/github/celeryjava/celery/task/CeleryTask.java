package io.github.celeryjava.celery.task;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a task of a method, once an object of its class is registered with the app.
 *
 * <p>The method must be public. Its parameters are the task's arguments, by position and by name; a
 * first parameter of type {@link TaskContext} is the running request instead (Celery's {@code
 * bind=True}). A call may leave out a parameter of type {@link java.util.Optional}; a variable
 * number of arguments ({@code int... more}) takes the positional ones that are left. Values are
 * converted to the parameter's type as JSON is; one that does not fit fails the task with Python's
 * {@code TypeError}. A method that returns a {@link java.util.concurrent.CompletionStage} ends when
 * the stage does. Options left at their defaults are decided by the app's settings.
 *
 * <p>Named after {@code app.task}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface CeleryTask {

  /**
   * Name of the task. Default: the class that declares the method and the method's own name, as in
   * {@code shop.Orders.bill}; give one wherever a peer has to know it, or where a method is
   * overloaded.
   */
  String value() default "";

  /**
   * Names of the parameters that take arguments, in order, without a {@link TaskContext}: for
   * classes compiled without {@code -parameters}, or for names that Java does not allow.
   */
  String[] parameters() default {};

  /** Queue that calls of this task go to. */
  String queue() default "";

  /** Serializer of the calls of this task. */
  String serializer() default "";

  /** Compression of the calls of this task. */
  String compression() default "";

  /** Priority of the calls of this task, 0 to 255; less than 0 leaves it open. */
  int priority() default -1;

  /** Whether results of this task are not stored. */
  Choice ignoreResult() default Choice.SETTINGS;

  /** Whether its messages are acknowledged when it has ended instead of when it starts. */
  Choice acksLate() default Choice.SETTINGS;

  /** With {@link #acksLate}, whether a task that fails is acknowledged rather than rejected. */
  Choice acksOnFailure() default Choice.SETTINGS;

  /** With {@link #ignoreResult}, whether errors of this task are stored all the same. */
  Choice storeErrorsEvenIfIgnored() default Choice.SETTINGS;

  /** Whether STARTED is stored. */
  Choice trackStarted() default Choice.SETTINGS;

  /** How often it may be retried; less than 0 means for ever. */
  int maxRetries() default 3;

  /** Seconds to wait before a retry that gives no time. */
  double defaultRetryDelay() default 180;

  /** Soft time limit in seconds for Python workers, none is kept here yet; 0 leaves it open. */
  double softTimeLimit() default 0;

  /** Hard time limit in seconds for Python workers, none is kept here yet; 0 leaves it open. */
  double timeLimit() default 0;

  /** An option that the app's settings decide unless the task does. */
  enum Choice {
    /** As the settings say. */
    SETTINGS,
    /** Yes. */
    YES,
    /** No. */
    NO;

    /** This choice, or {@code otherwise} where it leaves the matter to the settings. */
    public boolean orElse(boolean otherwise) {
      return this == SETTINGS ? otherwise : this == YES;
    }
  }
}
