package io.github.celeryjava.celery.protocol;

import io.github.celeryjava.kombu.internal.Internal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a signature's {@code options}, which are the keyword arguments of Python's {@code
 * apply_async}.
 *
 * <p>Wire source: {@code Signature.freeze} and {@code Task.apply_async} (Celery 5.2 to 5.7).
 *
 * @hidden
 */
@Internal
public final class SignatureOptions {

  /** Id the task is to have. */
  public static final String TASK_ID = "task_id";

  /** Id of the group the task is a part of. */
  public static final String GROUP_ID = "group_id";

  /** Position in that group. */
  public static final String GROUP_INDEX = "group_index";

  /** First task of the workflow. */
  public static final String ROOT_ID = "root_id";

  /** Task that sends this one. */
  public static final String PARENT_ID = "parent_id";

  /** Queue for the result. */
  public static final String REPLY_TO = "reply_to";

  /** Body of the chord the task is a part of. */
  public static final String CHORD = "chord";

  /** Rest of the chain, last step first. */
  public static final String CHAIN = "chain";

  /** Signatures to run on success. */
  public static final String LINK = "link";

  /** Signatures to run on failure. */
  public static final String LINK_ERROR = "link_error";

  /** Queue to send to. */
  public static final String QUEUE = "queue";

  /** Exchange to send to. */
  public static final String EXCHANGE = "exchange";

  /** Routing key to send with. */
  public static final String ROUTING_KEY = "routing_key";

  /** Priority of the message. */
  public static final String PRIORITY = "priority";

  /** Name of the serializer. */
  public static final String SERIALIZER = "serializer";

  /** Name of the compression. */
  public static final String COMPRESSION = "compression";

  /** Seconds to wait before the task runs. */
  public static final String COUNTDOWN = "countdown";

  /** Time at which the task runs. */
  public static final String ETA = "eta";

  /** Time, or seconds from sending, after which the task does not run. */
  public static final String EXPIRES = "expires";

  /** The caller's own message headers. */
  public static final String HEADERS = "headers";

  /** Name to show instead of the task's. */
  public static final String SHADOW = "shadow";

  /** Hard time limit in seconds. */
  public static final String TIME_LIMIT = "time_limit";

  /** Soft time limit in seconds. */
  public static final String SOFT_TIME_LIMIT = "soft_time_limit";

  /** Text of the positional arguments for people. */
  public static final String ARGSREPR = TaskKeys.ARGSREPR;

  /** Text of the keyword arguments for people. */
  public static final String KWARGSREPR = TaskKeys.KWARGSREPR;

  /** Whether the result is of no interest. */
  public static final String IGNORE_RESULT = "ignore_result";

  /** Whether the sent task shows among the children of its parent. */
  public static final String ADD_TO_PARENT = "add_to_parent";

  /** How often the task has been retried. */
  public static final String RETRIES = "retries";

  /** Whether a failed publish is tried again. */
  public static final String RETRY = "retry";

  /** How a failed publish is tried again. */
  public static final String RETRY_POLICY = "retry_policy";

  /** Whether the message survives a restart of the broker. */
  public static final String DELIVERY_MODE = "delivery_mode";

  /** How often the task has been replaced. */
  public static final String REPLACED_TASK_NESTING = TaskKeys.REPLACED_TASK_NESTING;

  /** Process that sent the task first. */
  public static final String ORIGIN = TaskKeys.ORIGIN;

  /** Names of the stamps, each of which is an option of its own. */
  public static final String STAMPED_HEADERS = TaskKeys.STAMPED_HEADERS;

  /** Number of parts of a chord, an option of its body. */
  public static final String CHORD_SIZE = "chord_size";

  private SignatureOptions() {}

  /**
   * A time span as an option: whole seconds as an integer, as Python writes them; null for null.
   */
  public static @Nullable Number seconds(@Nullable Duration duration) {
    return TaskMessageV2.seconds(duration);
  }

  /** A time as an option: text that every version of Celery reads; null for null. */
  public static @Nullable String time(@Nullable Instant time) {
    return PyTime.formatOrNull(time, ZoneOffset.UTC);
  }
}
