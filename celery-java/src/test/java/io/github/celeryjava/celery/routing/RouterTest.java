package io.github.celeryjava.celery.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.CallOptionsBuilder;
import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {

  private static final List<Queue> QUEUES =
      List.of(
          Queue.bound(
              "quick", Exchange.direct("quick").withDeliveryMode(DeliveryMode.TRANSIENT), "quick"),
          Queue.bound("topics", Exchange.topic("topics"), "a.b"),
          Queue.named("bare"));

  private final Router router = router(Map.of());

  @ParameterizedTest(name = "queue {0}, exchange {1}, key {2} of a task of queue {3}")
  @CsvSource({
    // call's queue, exchange, key; queue of the task; where it goes and what is declared
    ",       ,          ,      ,       '',       celery, celery",
    "other,  ,          ,      ,       '',       other,  other",
    ",       ,          ,      tasks,  '',       tasks,  tasks",
    "other,  ,          ,      tasks,  '',       other,  other",
    // One of exchange and key alone says nothing where the queue's exchange is direct.
    ",       elsewhere, ,      ,       '',       celery, celery",
    ",       elsewhere, '',    ,       '',       celery, celery",
    ",       ,          there, ,       '',       celery, celery",
    "other,  elsewhere, ,      ,       '',       other,  other",
    "other,  ,          there, ,       '',       other,  other",
    ",       elsewhere, there, ,       elsewhere, there, celery",
    "other,  elsewhere, there, ,       elsewhere, there, other",
    ",       elsewhere, there, tasks,  elsewhere, there, tasks",
    // Where it is not, the queue's exchange and key fill the gaps.
    "topics, ,          ,      ,       topics,   a.b,    topics",
    "topics, ,          a.c,   ,       topics,   a.c,    topics",
    "topics, elsewhere, ,      ,       elsewhere, a.b,   topics",
    "topics, elsewhere, there, ,       elsewhere, there, topics",
    ",       ,          a.c,   topics, topics,   a.c,    topics",
    "bare,   ,          ,      ,       '',       bare,   bare",
  })
  void sendsACallWhereCelerySendsIt(
      String queue,
      String exchange,
      String key,
      String taskQueue,
      String toExchange,
      String toKey,
      String declared) {
    Route route =
        router.route(options(o -> o.queue(queue).exchange(exchange).routingKey(key)), taskQueue);

    assertThat(route.destination().exchange()).isEqualTo(toExchange);
    assertThat(route.destination().routingKey()).isEqualTo(toKey);
    assertThat(route.destination().mandatory()).isTrue();
    assertThat(route.queue()).extracting(Queue::name).isEqualTo(declared);
  }

  @Test
  void theDefaultQueueIsTheOneOfTheSettings() {
    Route route = router(Map.of("task_default_queue", "jobs")).route(CallOptions.none(), null);

    assertThat(route.destination().routingKey()).isEqualTo("jobs");
    assertThat(route.queue()).extracting(Queue::name).isEqualTo("jobs");
  }

  @Test
  void aDefaultQueueOfATopicExchangeIsReachedThroughIt() {
    Router topics =
        new Router(
            config(Map.of("task_default_exchange_type", "topic")),
            TaskQueues.of(config(Map.of("task_default_exchange_type", "topic"))));

    Route route = topics.route(CallOptions.none(), null);
    Route withKey = topics.route(options(o -> o.routingKey("a.c")), null);

    assertThat(route.destination().exchange()).isEqualTo("celery");
    assertThat(route.destination().routingKey()).isEqualTo("celery");
    assertThat(withKey.destination().exchange()).isEqualTo("celery");
    assertThat(withKey.destination().routingKey()).isEqualTo("a.c");
  }

  @Test
  void messagesHaveTheModeOfTheirQueuesExchangeElseThatOfTheSettings() {
    Router router = router(Map.of("task_default_delivery_mode", 1));
    UnaryOperator<CallOptionsBuilder> past = o -> o.exchange("elsewhere").routingKey("there");

    assertThat(mode(router, o -> o.queue("topics"))).isEqualTo(DeliveryMode.TRANSIENT);
    assertThat(mode(this.router, o -> o.queue("topics"))).isEqualTo(DeliveryMode.PERSISTENT);
    assertThat(mode(this.router, o -> o.queue("quick"))).isEqualTo(DeliveryMode.TRANSIENT);
    assertThat(mode(this.router, o -> past.apply(o).queue("quick")))
        .isEqualTo(DeliveryMode.TRANSIENT);
    assertThat(mode(this.router, past)).isEqualTo(DeliveryMode.PERSISTENT);
  }

  @Test
  void theWayToAQueueIsWorkedOutOnce() {
    assertThat(router.route(options(o -> o.queue("other")), null))
        .isSameAs(router.route(CallOptions.none(), "other"));
  }

  @Test
  void aCallForAnUnknownQueueIsRefusedIfNoneMayBeMade() {
    Router strict = router(Map.of("task_create_missing_queues", false));

    assertThatThrownBy(() -> strict.route(options(o -> o.queue("topic")), null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("did you mean 'topics'?");
    assertThatThrownBy(() -> strict.route(CallOptions.none(), null))
        .hasMessageContaining("'celery'");
  }

  private static DeliveryMode mode(Router router, UnaryOperator<CallOptionsBuilder> options) {
    return router.route(options(options), null).deliveryMode();
  }

  private static CallOptions options(UnaryOperator<CallOptionsBuilder> options) {
    return options.apply(CallOptions.builder()).build();
  }

  private static Router router(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("task_queues", QUEUES);
    CeleryConfig config = config(all);
    return new Router(config, TaskQueues.of(config));
  }

  private static CeleryConfig config(Map<String, Object> settings) {
    return CeleryConfig.builder().map("test", settings).build();
  }
}
