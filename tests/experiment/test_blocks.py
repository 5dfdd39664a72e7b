from sim.experiment.blocks import blocks_of, workers_for


def test_blocks_hold_25_replications_and_the_last_ones_fewer_so_that_workers_end_together():
    sizes = [len(block) for block in blocks_of(range(1, 201), 2)]
    assert sizes[:5] == [25] * 5
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] <= 3
    assert len(sizes) < 20
    assert next(blocks_of([1, 2, 9], 1)) == (1, 2)


def test_every_worker_has_a_share_of_few_replications():
    assert len(list(blocks_of(range(8), 4))) == 8


def test_every_replication_is_in_one_block():
    for count in (1, 7, 25, 26, 199):
        blocks = list(blocks_of(range(1, count + 1), 3))
        assert [number for block in blocks for number in block] == list(range(1, count + 1))


def test_no_process_is_started_for_what_is_done_before_it_runs():
    assert workers_for(None, 5) == 1
    assert workers_for(4, 2) == 2
    assert workers_for(4, None) == 4
