package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.following;
import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How all tasks run, unless one says otherwise. */
interface TaskSettings {

  Setting<Boolean> TASK_ACKS_LATE =
      setting(
              ValueType.FLAG,
              "task_acks_late",
              false,
              "Acknowledge after the run, not at its start.")
          .old("CELERY_ACKS_LATE")
          .actedOn();

  Setting<Boolean> TASK_ACKS_ON_FAILURE_OR_TIMEOUT =
      setting(
              ValueType.FLAG,
              "task_acks_on_failure_or_timeout",
              true,
              "With late acknowledgement, acknowledge failed tasks too; else they are rejected.")
          .old("CELERY_ACKS_ON_FAILURE_OR_TIMEOUT")
          .actedOn();

  Setting<Boolean> TASK_ACKS_ON_FAILURE =
      following(
              TASK_ACKS_ON_FAILURE_OR_TIMEOUT,
              "task_acks_on_failure",
              "The same for tasks that ended with an exception only.")
          .old("CELERY_ACKS_ON_FAILURE")
          .actedOn();

  Setting<Boolean> TASK_ACKS_ON_TIMEOUT =
      following(
              TASK_ACKS_ON_FAILURE_OR_TIMEOUT,
              "task_acks_on_timeout",
              "The same for tasks that reached their hard time limit only.")
          .old("CELERY_ACKS_ON_TIMEOUT");

  Setting<Boolean> TASK_ALLOW_ERROR_CB_ON_CHORD_HEADER =
      setting(
              ValueType.FLAG,
              "task_allow_error_cb_on_chord_header",
              false,
              "An errback linked to a chord is linked to each task of its header as well.")
          .old("CELERY_ALLOW_ERROR_CB_ON_CHORD_HEADER");

  Setting<Boolean> TASK_ALWAYS_EAGER =
      setting(ValueType.FLAG, "task_always_eager", false, "Run tasks in the caller, send nothing.")
          .old("CELERY_ALWAYS_EAGER");

  Setting<@Nullable Object> TASK_ANNOTATIONS =
      optional(
              ValueType.ANY,
              "task_annotations",
              "Options of tasks, by task name, that win over the code.")
          .old("CELERY_ANNOTATIONS");

  Setting<@Nullable String> TASK_DEFAULT_RATE_LIMIT =
      optional(
              ValueType.TEXT_OR_NUMBER,
              "task_default_rate_limit",
              "Starts a second, or an hour as in 100/h, of each task in each worker.")
          .old("CELERY_DEFAULT_RATE_LIMIT");

  Setting<Boolean> TASK_EAGER_PROPAGATES =
      setting(
              ValueType.FLAG,
              "task_eager_propagates",
              false,
              "Throw the error of a task that ran in the caller; else its result holds it.")
          .old("CELERY_EAGER_PROPAGATES_EXCEPTIONS");

  Setting<Boolean> TASK_IGNORE_RESULT =
      setting(ValueType.FLAG, "task_ignore_result", false, "Store no results.")
          .old("CELERY_IGNORE_RESULT")
          .actedOn();

  Setting<@Nullable Boolean> TASK_REJECT_ON_WORKER_LOST =
      optional(
              ValueType.FLAG,
              "task_reject_on_worker_lost",
              "With late acknowledgement, put a task back whose process died.")
          .old("CELERY_REJECT_ON_WORKER_LOST");

  Setting<Boolean> TASK_REMOTE_TRACEBACKS =
      setting(
              ValueType.FLAG,
              "task_remote_tracebacks",
              false,
              "Show the worker's stack trace in the error that a caller gets.")
          .old("CELERY_REMOTE_TRACEBACKS");

  Setting<Integer> TASK_REPR_MAXLEVELS =
      setting(
              ValueType.COUNT,
              "task_repr_maxlevels",
              3,
              "How deep the texts that describe arguments, for people and monitors, go into them.")
          .old("CELERY_REPR_MAXLEVELS")
          .actedOn();

  Setting<Boolean> TASK_RETRY_ON_WORKER_LOST =
      setting(
              ValueType.FLAG,
              "task_retry_on_worker_lost",
              false,
              "Retry a task whose process died, as if it had failed.")
          .old("CELERY_RETRY_ON_WORKER_LOST");

  Setting<@Nullable Duration> TASK_SOFT_TIME_LIMIT =
      optional(
              ValueType.SECONDS,
              "task_soft_time_limit",
              "Longest run before a task is interrupted. Python workers keep to it, Java ones not yet.")
          .old("CELERYD_TASK_SOFT_TIME_LIMIT");

  Setting<Boolean> TASK_STORE_EAGER_RESULT =
      setting(
              ValueType.FLAG,
              "task_store_eager_result",
              false,
              "Store the results of tasks that ran in the caller.")
          .old("CELERY_STORE_EAGER_RESULT");

  Setting<Boolean> TASK_STORE_ERRORS_EVEN_IF_IGNORED =
      setting(
              ValueType.FLAG,
              "task_store_errors_even_if_ignored",
              false,
              "Store errors even of tasks whose results are ignored.")
          .old("CELERY_STORE_ERRORS_EVEN_IF_IGNORED")
          .actedOn();

  Setting<@Nullable Duration> TASK_TIME_LIMIT =
      optional(
              ValueType.SECONDS,
              "task_time_limit",
              "Longest run before a task is failed. Python workers keep to it, Java ones not yet.")
          .old("CELERYD_TASK_TIME_LIMIT");

  Setting<Boolean> TASK_TRACK_STARTED =
      setting(ValueType.FLAG, "task_track_started", false, "Store that a task has started.")
          .old("CELERY_TRACK_STARTED")
          .actedOn();
}
