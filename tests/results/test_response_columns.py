import tracemalloc

from sim.results.response_columns import ResponseColumns


def test_values_of_a_response_come_back_in_order_and_nothing_stays_nothing(tmp_path):
    rows = [(number, None if number % 7 == 0 else number / 3) for number in range(3000)]
    with ResponseColumns(tmp_path, ["a", "b"]) as columns:
        for row in rows:
            columns.add(row)
        assert columns.of("a") == [float(number) for number, _ in rows]
        assert columns.of("b") == [value for _, value in rows]
        columns.add((-1, -2))
        assert columns.of("b") == [*(value for _, value in rows), -2.0]
    assert list(tmp_path.iterdir()) == []


def test_replications_taken_in_do_not_stay_in_memory(tmp_path):
    names = [f"r{at}" for at in range(64)]
    with ResponseColumns(tmp_path, names) as columns:
        tracemalloc.start()
        for number in range(20_000):
            columns.add([number + at for at in range(64)])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 3 * 2**20  # 8 bytes each would be 10 MiB
        assert columns.of("r63")[-1] == 20_062.0
