/** Which queue a call goes to, and which queues an app has. */
@NullMarked
package io.github.celeryjava.celery.routing;

import org.jspecify.annotations.NullMarked;
