//! Spaces that the recogniser did not see: where the ink leaves a gap as wide as a space, there is one.
//!
//! The networks drop the space after a colon or before a unit, because those were often printed without one where
//! they learnt. The picture knows better.

use super::crop::HEIGHT;

/// Columns of a line's crop in which nothing is drawn.
pub(crate) struct Blanks(Vec<bool>);

impl Blanks {
    /// Of a crop's first plane, [`HEIGHT`] rows of `width` values from −1 to 1.
    pub(crate) fn of(plane: &[f32], width: usize) -> Self {
        /// Rows at the edges belong to neighbouring lines.
        const MARGIN: usize = 5;
        /// Ink differs from the ground by more than this share of the crop's contrast.
        const INK: f32 = 0.3;
        const LEVELS: usize = 16;
        let rows = || plane.chunks_exact(width.max(1)).skip(MARGIN).take(HEIGHT - 2 * MARGIN);
        let mut levels = [0u32; LEVELS];
        let (mut least, mut most) = (1.0f32, -1.0f32);
        for value in rows().flatten() {
            (least, most) = (least.min(*value), most.max(*value));
            let level = ((value + 1.0) / 2.0 * LEVELS as f32) as usize;
            levels[level.min(LEVELS - 1)] += 1;
        }
        let fullest = (0..LEVELS).max_by_key(|level| levels[*level]).unwrap_or(LEVELS - 1);
        let ground = ((fullest as f32 + 0.5) / LEVELS as f32) * 2.0 - 1.0;
        let ink = (INK * (most - least)).max(0.1);
        let mut blank = vec![true; width];
        for row in rows() {
            for (blank, value) in blank.iter_mut().zip(row) {
                *blank &= (value - ground).abs() <= ink;
            }
        }
        Self(blank)
    }

    /// The longest run of blank columns between two places, 0 to 1 along the line; in pixels of the crop.
    fn between(&self, from: f32, to: f32) -> usize {
        let place = |share: f32| ((share * self.0.len() as f32) as usize).min(self.0.len());
        let (from, to) = (place(from), place(to).max(place(from)));
        self.0[from..to].split(|blank| !blank).map(<[bool]>::len).max().unwrap_or(0)
    }
}

/// Before which of the characters a space is missing. `middles` are their places along the line, 0 to 1; `spaces` says
/// which of them are spaces.
pub(crate) fn missing(blanks: &Blanks, middles: &[f32], spaces: &[bool]) -> Vec<usize> {
    /// No space is narrower, in pixels of the crop.
    const NARROWEST: f32 = 10.0;
    /// Against the usual space of the line.
    const OF_A_SPACE: f32 = 0.68;
    /// Against the usual gap between letters.
    const OF_A_GAP: f32 = 3.0;
    let mut gaps = vec![];
    let (mut letter_gaps, mut space_gaps) = (vec![], vec![]);
    for i in 1..middles.len() {
        if spaces[i] {
            if let (Some(before), Some(after)) = (middles.get(i - 1), middles.get(i + 1)) {
                space_gaps.push(blanks.between(*before, *after) as f32);
            }
        } else if !spaces[i - 1] {
            let gap = blanks.between(middles[i - 1], middles[i]) as f32;
            gaps.push((i, gap));
            letter_gaps.push(gap);
        }
    }
    let least = NARROWEST
        .max(OF_A_SPACE * middle_of(&mut space_gaps).unwrap_or(0.0))
        .max(OF_A_GAP * middle_of(&mut letter_gaps).unwrap_or(0.0));
    gaps.into_iter().filter(|(_, gap)| *gap >= least).map(|(i, _)| i).collect()
}

fn middle_of(values: &mut [f32]) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_gap_is_a_space_and_a_narrow_one_is_not() {
        // Letters of 12 columns at 10, 26, 42 and, after a gap of 14 columns, at 68 and 84.
        let width = 100;
        let mut plane = vec![1.0; HEIGHT * width];
        for left in [10, 26, 42, 68, 84] {
            for y in 10..40 {
                plane[y * width + left..y * width + left + 12].fill(-0.8);
            }
        }
        let blanks = Blanks::of(&plane, width);
        let middles = [0.16, 0.32, 0.48, 0.74, 0.90];
        assert_eq!(missing(&blanks, &middles, &[false; 5]), [3]);
        // Light on dark is no different.
        let dark: Vec<f32> = plane.iter().map(|v| -v).collect();
        assert_eq!(missing(&Blanks::of(&dark, width), &middles, &[false; 5]), [3]);
        assert!(missing(&Blanks::of(&[], 0), &[0.5, 0.6], &[false; 2]).is_empty());
    }
}
