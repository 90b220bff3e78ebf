package io.github.celeryjava.kombu.transport.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ExchangeTableTest {

  private final ExchangeTable table = new ExchangeTable(new ExchangeMatcher());

  @Test
  void aDirectExchangeRoutesToTheQueuesBoundWithTheKey() {
    table.declare(Exchange.direct("geo"));
    table.bind("geo", "city", "one");
    table.bind("geo", "city", "two");
    table.bind("geo", "river", "three");

    assertThat(table.route("geo", "city")).containsExactly("one", "two");
    assertThat(table.route("geo", "sea")).isEmpty();
  }

  @Test
  void aQueueThatIsBoundTwiceGetsAMessageOnce() {
    table.declare(Exchange.topic("geo"));
    table.bind("geo", "city.*", "one");
    table.bind("geo", "city.#", "one");
    table.bind("geo", "city.#", "one");

    assertThat(table.route("geo", "city.oslo")).containsExactly("one");
    assertThat(table.bindings("geo")).hasSize(2);
  }

  @Test
  void aFanoutExchangeRoutesToAllItsQueuesWhateverTheKey() {
    table.declare(Exchange.fanout("news"));
    table.bind("news", "", "one");
    table.bind("news", "ignored", "two");

    assertThat(table.route("news", "any")).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void aTopicBindingIsKeptWithThePatternThatKombuStores() {
    table.declare(Exchange.topic("geo"));

    table.bind("geo", "city.*", "one");

    assertThat(table.bindings("geo"))
        .containsExactly(new BoundQueue("city.*", "^city\\.[^\\.]+$", "one"));
  }

  @Test
  void theExchangesThatEveryBrokerHasNeedNoDeclaration() {
    table.bind("amq.direct", "k", "one");
    table.bind("amq.topic", "#", "two");
    table.bind("amq.fanout", "", "three");

    assertThat(table.route("amq.direct", "k")).containsExactly("one");
    assertThat(table.route("amq.topic", "k")).containsExactly("two");
    assertThat(table.route("amq.fanout", "k")).containsExactly("three");
  }

  @Test
  void unbindingTakesOneBindingAway() {
    table.declare(Exchange.direct("geo"));
    table.bind("geo", "city", "one");
    table.bind("geo", "river", "one");

    table.unbind("geo", "city", "one");
    table.unbind("geo", "city", "one");
    table.unbind("unknown", "city", "one");

    assertThat(table.route("geo", "city")).isEmpty();
    assertThat(table.route("geo", "river")).containsExactly("one");
  }

  @Test
  void aDeletedQueueIsBoundToNothing() {
    table.declare(Exchange.direct("geo"));
    table.declare(Exchange.fanout("news"));
    table.bind("geo", "city", "one");
    table.bind("news", "", "one");
    table.bind("news", "", "two");

    table.unbindAll("one");

    assertThat(table.bindings("geo")).isEmpty();
    assertThat(table.route("news", "")).containsExactly("two");
  }

  @Test
  void anAutoDeleteExchangeGoesWithItsLastBindingAndNotBefore() {
    table.declare(Exchange.fanout("news").autoDeleted());
    assertThat(table.exists("news")).isTrue();
    table.bind("news", "", "one");
    table.bind("news", "", "two");

    table.unbind("news", "", "one");
    assertThat(table.exists("news")).isTrue();
    table.unbindAll("two");

    assertThat(table.exists("news")).isFalse();
  }

  @Test
  void declaringAgainWithEqualSettingsKeepsTheBindings() {
    Map<String, Object> someArguments = new LinkedHashMap<>();
    someArguments.put("a", 1);
    someArguments.put("b", "x");
    Map<String, Object> inOtherOrder = new LinkedHashMap<>();
    inOtherOrder.put("b", "x");
    inOtherOrder.put("a", 1L);
    table.declare(Exchange.direct("geo").withArguments(someArguments));
    table.bind("geo", "city", "one");

    table.declare(
        Exchange.direct("geo")
            .withArguments(inOtherOrder)
            .withDeliveryMode(DeliveryMode.TRANSIENT));

    assertThat(table.route("geo", "city")).containsExactly("one");
  }

  @Test
  void declaringWithOtherSettingsIsRefusedAndNamesBoth() {
    table.declare(Exchange.direct("geo"));

    assertRefused(406, () -> table.declare(Exchange.topic("geo")))
        .hasMessageContaining("'geo' exists as direct durable")
        .hasMessageContaining("cannot be declared as topic durable");
    assertRefused(406, () -> table.declare(Exchange.direct("geo").notDurable()));
    assertRefused(406, () -> table.declare(Exchange.direct("geo").autoDeleted()));
    assertRefused(406, () -> table.declare(Exchange.direct("geo").withArguments(Map.of("a", 1))));
  }

  @Test
  void aPassiveDeclarationOnlyAsksWhetherTheExchangeIsThere() {
    assertRefused(404, () -> table.declare(Exchange.direct("geo").passively()));
    table.declare(Exchange.topic("geo"));

    table.declare(Exchange.direct("geo").passively());

    assertThat(table.typeOf("geo")).isEqualTo(ExchangeType.TOPIC);
  }

  @Test
  void headersExchangesAreRefused() {
    assertRefused(503, () -> table.declare(Exchange.headers("geo")));
  }

  @Test
  void whatWasNeverDeclaredCannotBeBoundOrPublishedTo() {
    assertRefused(404, () -> table.bind("geo", "city", "one")).hasMessageContaining("geo");
    assertRefused(404, () -> table.route("geo", "city")).hasMessageContaining("geo");
  }

  @Test
  void theTypeOfAnUnknownExchangeIsDirectUntilItIsLearned() {
    assertThat(table.typeOf("geo")).isEqualTo(ExchangeType.DIRECT);

    table.learn(Exchange.topic("geo").undeclared());

    assertThat(table.typeOf("geo")).isEqualTo(ExchangeType.TOPIC);
  }

  @Test
  void aDeletedExchangeIsUnknownAndLosesItsBindings() {
    table.declare(Exchange.direct("geo"));
    table.bind("geo", "city", "one");

    table.delete("geo");
    table.delete("geo");

    assertThat(table.exists("geo")).isFalse();
    table.declare(Exchange.direct("geo"));
    assertThat(table.route("geo", "city")).isEmpty();
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(int replyCode, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OperationalException.class,
            e -> {
              assertThat(e.replyCode()).isEqualTo(replyCode);
              assertThat(e.isRecoverable()).isFalse();
            });
  }
}
