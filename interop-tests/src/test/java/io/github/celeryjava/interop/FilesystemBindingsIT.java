package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Bindings in files that both languages read; older releases keep them to themselves. */
@EachPeer
@PeerAtLeast("5.3")
@Timeout(120)
class FilesystemBindingsIT {

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private PythonClient python;
  private SharedFolder folder;

  @BeforeEach
  void open(@TempDir Path directory) {
    python = processes.client(peer, SharedFolder.setup());
    folder = SharedFolder.open(directory, python);
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void bindingsOfJavaRouteMessagesOfPython() {
    Exchange topic = Exchange.topic("topic");
    Exchange fanout = Exchange.fanout("fanout");
    folder.consume(
        Queue.bound("red", Exchange.direct("direct"), "red"),
        Queue.bound("news", topic, "*.new"),
        Queue.bound("one", fanout, ""),
        Queue.bound("two", fanout, ""));

    python.exec(
        """
        producer = kombu.Producer(connection)
        producer.publish('direct', exchange=kombu.Exchange('direct', 'direct'), routing_key='red',
                         declare=[kombu.Exchange('direct', 'direct')])
        producer.publish('lost', exchange='direct', routing_key='blue')
        producer.publish('topic', exchange='topic', routing_key='order.new',
                         declare=[kombu.Exchange('topic', 'topic')])
        producer.publish('fanout', exchange='fanout', routing_key='',
                         declare=[kombu.Exchange('fanout', 'fanout')])
        """);

    folder.drainUntil(4);
    assertThat(folder.received()).containsExactlyInAnyOrder("direct", "topic", "fanout", "fanout");
  }

  @Test
  void bindingsOfPythonRouteMessagesOfJava() {
    python.exec(
        """
        topic, fanout = kombu.Exchange('topic', 'topic'), kombu.Exchange('fanout', 'fanout')
        consume(kombu.Queue('red', kombu.Exchange('direct', 'direct'), 'red'),
                kombu.Queue('news', topic, '*.new'),
                kombu.Queue('one', fanout), kombu.Queue('two', fanout))
        """);
    Producer producer = folder.connection().producer().build();
    Exchange fanout = Exchange.fanout("fanout");

    producer.publish("direct", SharedFolder.to("direct", "red"));
    producer.publish("topic", SharedFolder.to("topic", "order.new"));
    producer.publish(
        "fanout", PublishOptions.builder().exchange(fanout).routingKey("").declare(fanout).build());

    assertThat(python.eval("drain(4)")).hasToString("['direct', 'fanout', 'fanout', 'topic']");
  }
}
