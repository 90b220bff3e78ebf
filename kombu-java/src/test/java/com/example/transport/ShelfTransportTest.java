package com.example.transport;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A transport that is not part of the library is used like one that is. */
@Tag("P6")
class ShelfTransportTest {

  @Test
  void aProgramUsesItByItsUrlAlone() {
    Exchange events = Exchange.topic("events");
    Queue queue = Queue.bound("all", events, "#");
    List<Object> bodies = new ArrayList<>();
    try (Connection connection = Connection.open("shelf://by-url")) {
      connection
          .consumer()
          .queue(queue)
          .handler(
              (body, message) -> {
                bodies.add(body);
                message.ack();
              })
          .build()
          .consume();
      Producer producer = connection.producer().exchange(events).build();

      producer.publish(Map.of("id", 7), PublishOptions.to("order.new"));

      while (bodies.isEmpty()) {
        assertThat(connection.drainEvents(Duration.ofSeconds(10))).isPositive();
      }
    }
    assertThat(bodies).containsExactly(Map.of("id", 7L));
  }

  @Test
  void itsOptionsActAndOthersAreNamed() {
    ConnectionOptions full =
        ConnectionOptions.builder().transportOption("most_messages", 1).build();
    ConnectionOptions wrong =
        ConnectionOptions.builder().transportOption("most_mesages", 1).build();
    Queue queue = Queue.named("small");
    PublishOptions options =
        PublishOptions.builder()
            .routingKey("small")
            .declare(queue)
            .retryPolicy(RetryPolicy.never())
            .build();
    try (Connection connection = Connection.builder("shelf://full").options(full).build()) {
      Producer producer = connection.producer().build();
      producer.publish("fits", options);

      assertThatThrownBy(() -> producer.publish("too much", options))
          .isInstanceOf(MessageRefusedException.class)
          .hasMessageContaining("full");
    }
    try (Connection connection = Connection.builder("shelf://").options(wrong).build()) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(connection::connect)
          .withMessageContainingAll("shelf", "did you mean most_messages?");
    }
  }

  @Test
  void itNeedsNothingButWhatIsExportedToEverybody() {
    classes()
        .that()
        .haveSimpleNameNotEndingWith("Test")
        .and()
        .haveSimpleNameNotContaining("Connections")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "com.example..")
                .or(resideInAPackage("io.github.celeryjava.kombu.entity"))
                .or(resideInAPackage("io.github.celeryjava.kombu.exceptions"))
                .or(resideInAPackage("io.github.celeryjava.kombu.transport"))
                .or(resideInAPackage("io.github.celeryjava.kombu.transport.virtual")))
        .check(new ClassFileImporter().importPackages("com.example.transport"));
  }
}
