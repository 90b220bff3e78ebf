package io.github.celeryjava.celery.protocol;

import java.util.Set;

/** Names of the headers of a version 2 message and of the body fields of a version 1 message. */
final class TaskKeys {

  static final String LANG = "lang";
  static final String TASK = "task";
  static final String ID = "id";
  static final String SHADOW = "shadow";
  static final String ETA = "eta";
  static final String EXPIRES = "expires";
  static final String GROUP = "group";
  static final String GROUP_INDEX = "group_index";
  static final String RETRIES = "retries";
  static final String TIME_LIMIT = "timelimit";
  static final String ROOT_ID = "root_id";
  static final String PARENT_ID = "parent_id";
  static final String ARGSREPR = "argsrepr";
  static final String KWARGSREPR = "kwargsrepr";
  static final String ORIGIN = "origin";
  static final String IGNORE_RESULT = "ignore_result";
  static final String REPLACED_TASK_NESTING = "replaced_task_nesting";
  static final String STAMPED_HEADERS = "stamped_headers";
  static final String STAMPS = "stamps";

  static final String ARGS = "args";
  static final String KWARGS = "kwargs";
  static final String CALLBACKS = "callbacks";
  static final String ERRBACKS = "errbacks";
  static final String CHAIN = "chain";
  static final String CHORD = "chord";
  static final String TASKSET = "taskset";
  static final String UTC = "utc";

  /**
   * Headers that belong to Celery or to the broker, so that a caller's own are all the others. The
   * attributes of Python's {@code Task.request} count as Celery's, and what a dead-letter exchange
   * added is not sent again: RabbitMQ would take the message for one that goes in circles.
   */
  static final Set<String> RESERVED =
      Set.of(
          LANG,
          TASK,
          ID,
          SHADOW,
          ETA,
          EXPIRES,
          GROUP,
          GROUP_INDEX,
          RETRIES,
          TIME_LIMIT,
          ROOT_ID,
          PARENT_ID,
          ARGSREPR,
          KWARGSREPR,
          ORIGIN,
          IGNORE_RESULT,
          REPLACED_TASK_NESTING,
          STAMPED_HEADERS,
          STAMPS,
          ARGS,
          KWARGS,
          CALLBACKS,
          ERRBACKS,
          CHAIN,
          CHORD,
          TASKSET,
          UTC,
          "called_directly",
          "compression",
          "correlation_id",
          "delivery_info",
          "headers",
          "hostname",
          "is_eager",
          "logfile",
          "loglevel",
          "meth",
          "properties",
          "reply_to",
          "soft_time_limit",
          "time_limit",
          "x-death",
          "x-first-death-exchange",
          "x-first-death-queue",
          "x-first-death-reason",
          "x-last-death-exchange",
          "x-last-death-queue",
          "x-last-death-reason");

  private TaskKeys() {}
}
