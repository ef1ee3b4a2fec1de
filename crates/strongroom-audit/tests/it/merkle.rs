//! RFC 6962's tree against its known answers and against another implementation.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;
use strongroom_audit::Hash;
use strongroom_audit::merkle::{
    CompactRange, consistency_proof, inclusion_proof, root, verify_consistency, verify_inclusion,
};

use crate::support::crypto;

fn leaves(inputs: &[Vec<u8>]) -> Vec<Hash> {
    inputs.iter().map(|input| crypto().sha256(&[&[0], input])).collect()
}

#[test]
fn roots_are_those_of_the_classic_eight_leaves() {
    // The leaves of Certificate Transparency's reference tests; roots recomputed.
    let range = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
    let inputs = [
        vec![],
        vec![0],
        vec![0x10],
        range(0x20, 0x21),
        range(0x30, 0x31),
        range(0x40, 0x43),
        range(0x50, 0x57),
        range(0x60, 0x6f),
    ];
    let ends = ["a01d", "c125", "6e77", "14b7", "64d4", "87ef", "4c8c", "4328"];
    let starts = ["6e340b9c", "fac54203", "aeb6bcfe", "d37ee418", "4e3bbb1f", "76e67dad", "ddb89be4", "5dc9da79"];
    let hex = |hash: Hash| hash.iter().map(|b| format!("{b:02x}")).collect::<String>();
    assert_eq!(hex(root(&crypto(), &[])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let all = leaves(&inputs);
    for (n, (start, end)) in starts.iter().zip(ends).enumerate() {
        let root = hex(root(&crypto(), &all[..=n]));
        assert!(root.starts_with(start) && root.ends_with(end), "{root}");
    }
}

#[test]
fn every_proof_up_to_forty_leaves_is_the_other_implementations_and_every_change_of_it_fails() {
    let crypto = crypto();
    let inputs: Vec<Vec<u8>> = (0..40_u8).map(|n| vec![n; usize::from(n)]).collect();
    let all = leaves(&inputs);
    let (mut proofs, mut corrupted) = (0, 0);
    for size in 1..=inputs.len() {
        let mut tree: MemoryBackedTree<Sha256, Vec<u8>> = MemoryBackedTree::new();
        inputs[..size].iter().for_each(|input| tree.push(input.clone()));
        let part = &all[..size];
        let root_now = root(&crypto, part);
        assert_eq!(tree.root().as_bytes().as_slice(), root_now);
        for index in 0..size {
            let proof = inclusion_proof(&crypto, part, index as u64).unwrap();
            assert_eq!(tree.prove_inclusion(index).as_bytes(), proof.concat());
            let holds = |proof: &[Hash], at: usize, of: usize| {
                verify_inclusion(&crypto, &part[index], at as u64, of as u64, proof, &root_now)
            };
            assert!(holds(&proof, index, size));
            proofs += 1;
            for at in 0..proof.len() {
                let mut bad = proof.clone();
                bad[at][0] ^= 1;
                assert!(!holds(&bad, index, size));
                bad.remove(at);
                assert!(!holds(&bad, index, size));
                corrupted += 2;
            }
            let longer = [proof.as_slice(), &[[0; 32]]].concat();
            assert!(!holds(&longer, index, size) && !holds(&proof, size, size));
            corrupted += 2;
        }
        for old in 1..=size {
            let proof = consistency_proof(&crypto, part, old as u64).unwrap();
            if old < size {
                assert_eq!(tree.prove_consistency(size - old).as_bytes(), proof.concat(), "{old} {size}");
            }
            let old_root = root(&crypto, &all[..old]);
            let holds = |proof: &[Hash], old_root: &Hash| {
                verify_consistency(&crypto, old as u64, size as u64, proof, old_root, &root_now)
            };
            assert!(holds(&proof, &old_root), "{old} {size}");
            proofs += 1;
            for at in 0..proof.len() {
                let mut bad = proof.clone();
                bad[at][31] ^= 0x80;
                assert!(!holds(&bad, &old_root));
                bad.remove(at);
                assert!(!holds(&bad, &old_root));
                corrupted += 2;
            }
            assert!(!holds(&proof, &[9; 32]));
            assert!(!holds(&[proof.as_slice(), &[[0; 32]]].concat(), &old_root));
            corrupted += 2;
        }
        assert!(inclusion_proof(&crypto, part, size as u64).is_none());
        assert!(consistency_proof(&crypto, part, size as u64 + 1).is_none());
    }
    println!("{proofs} proofs, {corrupted} corrupted ones");
}

proptest! {
    #[test]
    fn a_compact_range_has_the_same_root_from_its_parts(count in 0_usize..300) {
        let crypto = crypto();
        let all: Vec<Hash> = (0..count).map(|n| crypto.sha256(&[&n.to_be_bytes()])).collect();
        let mut range = CompactRange::new();
        all.iter().for_each(|leaf| range.push(&crypto, *leaf));
        let again = CompactRange::from_parts(range.size(), range.hashes().to_vec()).unwrap();
        prop_assert_eq!(again.root(&crypto), root(&crypto, &all));
        prop_assert!(CompactRange::from_parts(range.size() + 1, range.hashes().to_vec()).is_none() || count % 2 == 1);
    }

    #[test]
    fn proofs_from_anywhere_do_not_panic(
        index: u64, size: u64, old: u64, hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        let crypto = crypto();
        prop_assert!(!verify_inclusion(&crypto, &[1; 32], index, size, &hashes, &[2; 32]));
        prop_assert!(!verify_consistency(&crypto, old, size, &hashes, &[1; 32], &[2; 32]));
    }
}
