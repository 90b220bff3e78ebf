package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settling on a channel that is gone, which the thread that serves all channels has to survive. */
class AckWriterTest {

  private final List<Runnable> beforeWrite = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void settlingOnAChannelThatTheDriverKnowsToBeGoneIsForgotten(boolean known) {
    AckWriter writer = new AckWriter(new Gone(known), beforeWrite::add);
    writer.receipt(1).ack();

    assertThatCode(() -> beforeWrite.forEach(Runnable::run)).doesNotThrowAnyException();

    writer.receipt(2).reject();
    assertThat(beforeWrite).hasSize(1);
  }

  @Test
  void whatIsSettledTogetherIsAskedToBeWrittenOnce() {
    AckWriter writer = new AckWriter(new Gone(true), beforeWrite::add);

    writer.receipt(1).ack();
    writer.receipt(2).ack();

    assertThat(beforeWrite).hasSize(1);
  }

  private record Gone(boolean known) implements AckRuns.Output {

    @Override
    public void ack(long tag, boolean multiple) throws IOException {
      fail();
    }

    @Override
    public void reject(long tag, boolean requeue) throws IOException {
      fail();
    }

    private void fail() throws IOException {
      if (known) {
        AMQP.Channel.Close close =
            new AMQP.Channel.Close.Builder().replyCode(404).replyText("gone").build();
        throw new AlreadyClosedException(new ShutdownSignalException(false, false, close, null));
      }
      throw new IOException("broken");
    }
  }
}
