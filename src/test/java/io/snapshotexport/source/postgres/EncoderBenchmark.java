package io.snapshotexport.source.postgres;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What encoding costs by itself: rows as PostgreSQL sends them to JSON that is dropped. {@code -Dit.test=EncoderBenchmark}. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EncoderBenchmark {

    /** The time is that of 2,000 rows. */
    @Benchmark
    public long rows(EncoderState state) throws IOException {
        return state.encodeAll();
    }

    @Test
    void run() throws RunnerException {
        new Runner(new OptionsBuilder().include(EncoderBenchmark.class.getName()).build()).run();
    }
}
