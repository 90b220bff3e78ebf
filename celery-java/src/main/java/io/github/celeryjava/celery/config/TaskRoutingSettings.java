package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.following;
import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How tasks are sent, and where to. */
interface TaskRoutingSettings {

  Setting<@Nullable String> TASK_COMPRESSION =
      optional(ValueType.TEXT, "task_compression", "Compression of task messages, such as zlib.")
          .old("CELERY_MESSAGE_COMPRESSION")
          .actedOn();

  Setting<@Nullable String> TASK_CREATE_MISSING_QUEUE_EXCHANGE_TYPE =
      optional(
              ValueType.TEXT,
              "task_create_missing_queue_exchange_type",
              "Type of the exchange of queues made on the fly; none means direct.")
          .old("CELERY_CREATE_MISSING_QUEUE_EXCHANGE_TYPE")
          .actedOn();

  Setting<String> TASK_CREATE_MISSING_QUEUE_TYPE =
      setting(
              ValueType.TEXT,
              "task_create_missing_queue_type",
              "classic",
              "Type of queues made on the fly: classic or quorum.")
          .old("CELERY_CREATE_MISSING_QUEUE_TYPE")
          .actedOn();

  Setting<Boolean> TASK_CREATE_MISSING_QUEUES =
      setting(
              ValueType.FLAG,
              "task_create_missing_queues",
              true,
              "Make queues that are used and not in task_queues; else they are an error.")
          .old("CELERY_CREATE_MISSING_QUEUES")
          .actedOn();

  Setting<Integer> TASK_DEFAULT_DELIVERY_MODE =
      setting(
              ValueType.DELIVERY_MODE,
              "task_default_delivery_mode",
              2,
              "Whether messages survive a restart of the broker: 2 or persistent, 1 or transient.")
          .old("CELERY_DEFAULT_DELIVERY_MODE")
          .actedOn();

  Setting<String> TASK_DEFAULT_QUEUE =
      setting(ValueType.TEXT, "task_default_queue", "celery", "Queue of tasks that no route names.")
          .old("CELERY_DEFAULT_QUEUE")
          .actedOn();

  Setting<String> TASK_DEFAULT_EXCHANGE =
      following(TASK_DEFAULT_QUEUE, "task_default_exchange", "Exchange of the default queue.")
          .old("CELERY_DEFAULT_EXCHANGE")
          .actedOn();

  Setting<String> TASK_DEFAULT_EXCHANGE_TYPE =
      setting(
              ValueType.TEXT,
              "task_default_exchange_type",
              "direct",
              "Type of exchanges that name none: direct, topic, fanout or headers.")
          .old("CELERY_DEFAULT_EXCHANGE_TYPE")
          .actedOn();

  Setting<@Nullable Integer> TASK_DEFAULT_PRIORITY =
      optional(
              ValueType.PRIORITY,
              "task_default_priority",
              "Priority of messages that are given none.")
          .old("CELERY_DEFAULT_PRIORITY")
          .actedOn();

  Setting<String> TASK_DEFAULT_QUEUE_TYPE =
      setting(
              ValueType.TEXT,
              "task_default_queue_type",
              "classic",
              "Type of the default queue: classic or quorum.")
          .old("CELERY_DEFAULT_QUEUE_TYPE")
          .actedOn();

  Setting<String> TASK_DEFAULT_ROUTING_KEY =
      following(TASK_DEFAULT_QUEUE, "task_default_routing_key", "Routing key of the default queue.")
          .old("CELERY_DEFAULT_ROUTING_KEY")
          .actedOn();

  Setting<Boolean> TASK_INHERIT_PARENT_PRIORITY =
      setting(
              ValueType.FLAG,
              "task_inherit_parent_priority",
              false,
              "A task sent by a task has the priority of that one, if it is given none.")
          .old("CELERY_INHERIT_PARENT_PRIORITY");

  Setting<Integer> TASK_PROTOCOL =
      setting(
              ValueType.intBetween(1, 2),
              "task_protocol",
              2,
              "Version of the messages that are sent; both are read.")
          .old("CELERY_TASK_PROTOCOL")
          .actedOn();

  Setting<Boolean> TASK_PUBLISH_RETRY =
      setting(
              ValueType.FLAG,
              "task_publish_retry",
              true,
              "Send again when the connection was lost.")
          .old("CELERY_TASK_PUBLISH_RETRY")
          .actedOn();

  Setting<Map<String, @Nullable Object>> TASK_PUBLISH_RETRY_POLICY =
      setting(
              ValueType.OPTIONS,
              "task_publish_retry_policy",
              NestedValues.options(
                  Map.of(
                      "max_retries",
                      3,
                      "interval_start",
                      0,
                      "interval_step",
                      0.2,
                      "interval_max",
                      1)),
              "How often, and after how many seconds: max_retries, interval_start, _step, _max.")
          .old("CELERY_TASK_PUBLISH_RETRY_POLICY")
          .actedOn();

  Setting<@Nullable Integer> TASK_QUEUE_MAX_PRIORITY =
      optional(
              ValueType.PRIORITY,
              "task_queue_max_priority",
              "Highest priority of queues that state none; none makes queues without priorities.")
          .old("CELERY_QUEUE_MAX_PRIORITY")
          .actedOn();

  Setting<@Nullable Object> TASK_QUEUES =
      optional(
              ValueType.ANY,
              "task_queues",
              "Queues a worker consumes: a list of Queue, or a map from names to their options.")
          .old("CELERY_QUEUES")
          .actedOn();

  Setting<@Nullable Object> TASK_ROUTES =
      optional(
              ValueType.ANY,
              "task_routes",
              "Where tasks go: a map from names or patterns to queues or options, or a TaskRouter.")
          .old("CELERY_ROUTES");

  Setting<Boolean> TASK_SEND_SENT_EVENT =
      setting(ValueType.FLAG, "task_send_sent_event", false, "Send an event for each task sent.")
          .old("CELERY_SEND_TASK_SENT_EVENT");

  Setting<String> TASK_SERIALIZER =
      setting(ValueType.TEXT, "task_serializer", "json", "Format of the arguments of tasks.")
          .old("CELERY_TASK_SERIALIZER")
          .actedOn();
}
