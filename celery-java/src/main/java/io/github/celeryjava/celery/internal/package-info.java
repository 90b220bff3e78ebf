/** Small parts that several packages of celery-java share; nothing here is for users. */
@NullMarked
package io.github.celeryjava.celery.internal;

import org.jspecify.annotations.NullMarked;
