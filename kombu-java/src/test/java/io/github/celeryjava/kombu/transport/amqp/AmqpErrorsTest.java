package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class AmqpErrorsTest {

  private final AmqpErrors errors = new AmqpErrors("amqp://host");

  @Test
  void whatTheBrokerClosedAChannelForIsItsAnswer() {
    OperationalException told = errors.gone("lost the channel", closed(406, "different", false));

    assertThat(told.replyCode()).isEqualTo(406);
    assertThat(told.isRecoverable()).isFalse();
    assertThat(told).hasMessageContaining("the broker said 406 different");
  }

  @Test
  void whatTheDriverClosedAChannelForIsALoss() {
    ShutdownSignalException overdue = closed(406, "Timed out", false);
    overdue.initCause(new TimeoutException());

    OperationalException told = errors.calling("declare queue 'jobs'", overdue);

    assertThat(told.replyCode()).isZero();
    assertThat(told.isRecoverable()).isTrue();
    assertThat(told)
        .hasMessage(
            "could not declare queue 'jobs' on amqp://host: the broker did not answer in time");
  }

  @Test
  void whatWeClosedOurselvesIsALoss() {
    OperationalException told = errors.gone("lost the channel", closed(200, "OK", true));

    assertThat(told.replyCode()).isZero();
    assertThat(told.isRecoverable()).isTrue();
  }

  @Test
  void aChannelThatTheBrokerClosedIsToldFromAConnection() {
    OperationalException ofChannel = errors.gone("lost", closed(404, "no queue", false));
    OperationalException ofConnection = errors.gone("lost", closed(320, "shut down", false));
    OperationalException silence = errors.calling("declare", new TimeoutException());

    assertThat(ofChannel.scope()).isEqualTo(OperationalException.Scope.CHANNEL);
    assertThat(ofConnection.scope()).isEqualTo(OperationalException.Scope.CONNECTION);
    assertThat(silence.scope()).isEqualTo(OperationalException.Scope.CONNECTION);
    assertThat(ofChannel.toldHere().scope()).isEqualTo(OperationalException.Scope.CHANNEL);
  }

  @Test
  void aRefusedLoginIsAFaultOfTheConnection() {
    OperationalException told =
        errors.connecting(new AuthenticationFailureException("no"), "user", "/");

    assertThat(told.replyCode()).isEqualTo(403);
    assertThat(told.scope()).isEqualTo(OperationalException.Scope.CONNECTION);
  }

  private static ShutdownSignalException closed(int code, String text, boolean byUs) {
    AMQP.Channel.Close close =
        new AMQP.Channel.Close.Builder()
            .replyCode(code)
            .replyText(text)
            .classId(0)
            .methodId(0)
            .build();
    return new ShutdownSignalException(false, byUs, close, null);
  }
}
