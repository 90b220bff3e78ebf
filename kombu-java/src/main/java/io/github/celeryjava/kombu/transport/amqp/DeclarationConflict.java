package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Completes the broker's complaint about a declaration that contradicts an earlier one: the broker
 * names the one thing that differs, the reader needs to see what was asked for. Stateless.
 */
final class DeclarationConflict {

  private static final int PRECONDITION_FAILED = AMQP.PRECONDITION_FAILED;

  private DeclarationConflict() {}

  static UnaryOperator<OperationalException> of(Exchange exchange) {
    return failure ->
        asked(
            failure,
            "type="
                + exchange.type()
                + ", durable="
                + exchange.durable()
                + ", auto_delete="
                + exchange.autoDelete()
                + ", arguments="
                + exchange.arguments());
  }

  static UnaryOperator<OperationalException> of(
      Queue queue, Map<String, @Nullable Object> arguments) {
    return failure ->
        asked(
            failure,
            "durable="
                + queue.durable()
                + ", exclusive="
                + queue.exclusive()
                + ", auto_delete="
                + queue.autoDelete()
                + ", arguments="
                + arguments);
  }

  private static OperationalException asked(OperationalException failure, String settings) {
    if (failure.replyCode() != PRECONDITION_FAILED) {
      return failure;
    }
    return OperationalException.refused(
        failure.getMessage()
            + "; asked for "
            + settings
            + "; declare it the same way everywhere, or delete it first",
        PRECONDITION_FAILED,
        failure);
  }
}
