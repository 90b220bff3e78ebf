package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a worker takes tasks, runs them and stops. */
interface WorkerSettings {

  Setting<@Nullable Integer> WORKER_CONCURRENCY =
      optional(
              ValueType.CONCURRENCY,
              "worker_concurrency",
              "Tasks that run at a time; 0, none and auto mean one for each processor.")
          .old("CELERYD_CONCURRENCY")
          .actedOn();

  Setting<String> WORKER_POOL =
      setting(
              ValueType.TEXT,
              "worker_pool",
              "threads",
              "What runs the tasks: threads, virtual or solo.")
          .old("CELERYD_POOL")
          .actedOn();

  Setting<Integer> WORKER_PREFETCH_MULTIPLIER =
      setting(
              ValueType.COUNT,
              "worker_prefetch_multiplier",
              4,
              "Messages fetched ahead for each task that can run; 0 sets no limit.")
          .old("CELERYD_PREFETCH_MULTIPLIER")
          .actedOn();

  Setting<@Nullable Integer> WORKER_ETA_TASK_LIMIT =
      optional(
              ValueType.COUNT,
              "worker_eta_task_limit",
              "Most tasks that wait in memory for their time; none sets no limit.")
          .old("CELERYD_ETA_TASK_LIMIT")
          .actedOn();

  Setting<Boolean> WORKER_DISABLE_PREFETCH =
      setting(
              ValueType.FLAG,
              "worker_disable_prefetch",
              false,
              "Fetch a message only when a task can run; for Redis.")
          .old("CELERYD_DISABLE_PREFETCH");

  Setting<Boolean> WORKER_ENABLE_PREFETCH_COUNT_REDUCTION =
      setting(
              ValueType.FLAG,
              "worker_enable_prefetch_count_reduction",
              true,
              "After a lost connection fetch fewer while tasks from before it still run.")
          .old("CELERYD_ENABLE_PREFETCH_COUNT_REDUCTION");

  Setting<Boolean> WORKER_DETECT_QUORUM_QUEUES =
      setting(
              ValueType.FLAG,
              "worker_detect_quorum_queues",
              true,
              "See whether queues are quorum queues, and do without what these refuse.")
          .old("CELERYD_DETECT_QUORUM_QUEUES");

  Setting<@Nullable Integer> WORKER_MAX_TASKS_PER_CHILD =
      optional(
              ValueType.COUNT,
              "worker_max_tasks_per_child",
              "Replace a process of the pool after so many tasks.")
          .old("CELERYD_MAX_TASKS_PER_CHILD");

  Setting<@Nullable Integer> WORKER_MAX_MEMORY_PER_CHILD =
      optional(
              ValueType.COUNT,
              "worker_max_memory_per_child",
              "Replace a process of the pool that uses more memory, in KiB.")
          .old("CELERYD_MAX_MEMORY_PER_CHILD");

  Setting<Duration> WORKER_LOST_WAIT =
      setting(
              ValueType.SECONDS,
              "worker_lost_wait",
              Duration.ofSeconds(10),
              "Wait for the result of a process of the pool that has died.")
          .old("CELERYD_WORKER_LOST_WAIT");

  Setting<Duration> WORKER_PROC_ALIVE_TIMEOUT =
      setting(
              ValueType.SECONDS,
              "worker_proc_alive_timeout",
              Duration.ofSeconds(4),
              "Wait for a process of the pool to start.")
          .old("CELERYD_PROC_ALIVE_TIMEOUT");

  Setting<Boolean> WORKER_POOL_PUTLOCKS =
      setting(
              ValueType.FLAG,
              "worker_pool_putlocks",
              true,
              "A lock inside Python's pool of processes.")
          .old("CELERYD_POOL_PUTLOCKS")
          .notApplicable();

  Setting<Boolean> WORKER_POOL_RESTARTS =
      setting(
              ValueType.FLAG,
              "worker_pool_restarts",
              false,
              "Allow the control command pool_restart.")
          .old("CELERYD_POOL_RESTARTS");

  Setting<String> WORKER_POOL_START_METHOD =
      setting(
              ValueType.TEXT,
              "worker_pool_start_method",
              "fork",
              "How Python starts a process of the pool: fork or spawn.")
          .old("CELERYD_POOL_START_METHOD")
          .notApplicable();

  Setting<@Nullable String> WORKER_AUTOSCALER =
      optional(
              ValueType.TEXT,
              "worker_autoscaler",
              "Class that changes the size of the pool with the load.")
          .old("CELERYD_AUTOSCALER");

  Setting<@Nullable String> WORKER_CONSUMER =
      optional(
              ValueType.TEXT,
              "worker_consumer",
              "Python class of the consumer; a Component adds to a worker here.")
          .old("CELERYD_CONSUMER")
          .notApplicable();

  Setting<@Nullable String> WORKER_TIMER =
      optional(ValueType.TEXT, "worker_timer", "Python class of the timer.")
          .old("CELERYD_TIMER")
          .notApplicable();

  Setting<Duration> WORKER_TIMER_PRECISION =
      setting(
              ValueType.SECONDS,
              "worker_timer_precision",
              Duration.ofSeconds(1),
              "How often Python's timer looks for what is due.")
          .old("CELERYD_TIMER_PRECISION")
          .notApplicable();

  Setting<@Nullable String> WORKER_AGENT =
      optional(ValueType.TEXT, "worker_agent", "Class of an agent of cell, a project given up.")
          .old("CELERYD_AGENT")
          .notApplicable();

  Setting<Boolean> WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS =
      setting(
              ValueType.FLAG,
              "worker_cancel_long_running_tasks_on_connection_loss",
              false,
              "Stop tasks that are acknowledged late when the connection is lost, for they run again.")
          .old("CELERYD_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS");

  Setting<Duration> WORKER_SOFT_SHUTDOWN_TIMEOUT =
      setting(
              ValueType.SECONDS,
              "worker_soft_shutdown_timeout",
              Duration.ZERO,
              "Time for tasks to end before a cold stop; 0 gives none.")
          .old("CELERYD_SOFT_SHUTDOWN_TIMEOUT");

  Setting<Boolean> WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE =
      setting(
              ValueType.FLAG,
              "worker_enable_soft_shutdown_on_idle",
              false,
              "Wait that time even when nothing runs.")
          .old("CELERYD_ENABLE_SOFT_SHUTDOWN_ON_IDLE");

  Setting<Boolean> WORKER_DEDUPLICATE_SUCCESSFUL_TASKS =
      setting(
              ValueType.FLAG,
              "worker_deduplicate_successful_tasks",
              false,
              "Before a redelivered task runs, look whether its result is stored already.")
          .old("CELERYD_DEDUPLICATE_SUCCESSFUL_TASKS");

  Setting<Boolean> WORKER_DIRECT =
      setting(ValueType.FLAG, "worker_direct", false, "Give each worker a queue of its own.")
          .old("CELERY_WORKER_DIRECT");

  Setting<Boolean> WORKER_DISABLE_RATE_LIMITS =
      setting(ValueType.FLAG, "worker_disable_rate_limits", false, "Ignore all rate limits.")
          .old("CELERY_DISABLE_RATE_LIMITS");

  Setting<Boolean> WORKER_ENABLE_REMOTE_CONTROL =
      setting(ValueType.FLAG, "worker_enable_remote_control", true, "Listen to control commands.")
          .old("CELERY_ENABLE_REMOTE_CONTROL");

  Setting<Boolean> WORKER_SEND_TASK_EVENTS =
      setting(
              ValueType.FLAG,
              "worker_send_task_events",
              false,
              "Send events about tasks, for monitors.")
          .old("CELERY_SEND_EVENTS");

  Setting<@Nullable String> WORKER_STATE_DB =
      optional(
              ValueType.TEXT,
              "worker_state_db",
              "File that keeps revoked task ids and the clock over a restart.")
          .old("CELERYD_STATE_DB");
}
