"""Why a share came out as it did: what each cause cost, and what one more of each lever would change."""
