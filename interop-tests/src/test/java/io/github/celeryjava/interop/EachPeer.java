package io.github.celeryjava.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Runs a test, or all tests of a class, once with every {@link PythonPeer}, which the method, or
 * the constructor of the class, takes as its first parameter. Those are the current and the oldest
 * Celery, or the versions that {@code CELERY_JAVA_TEST_PEERS} lists, separated by commas.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@ParameterizedClass(name = "{0}")
@ArgumentsSource(Peers.class)
public @interface EachPeer {}
